// ldmatrix that unpacks: four 8x16 matrices of packed 4-bit elements, each into a byte of its own.
#ifdef __CUDACC__
#include "probes/features/matrix_rows.h"
#include "probes/ptx/ldmatrix.cuh"

BP_ENTRY(ldmatrix_b4) {
  bp::matrix_rows::load(in, out, [](auto&& a, auto&& b) { bp::ptx::ldmatrix_b4_x4(a, b); });
}

#else
#include "probes/features/matrix_rows_host.h"

namespace bp {
namespace {

constexpr std::string_view instruction[] = {
    "ldmatrix.sync.aligned.m8n16.x4.shared.b8x16.b4x16_p64"};
constexpr std::string_view native_sass[] = {"LDSM.U4x16P64TO8"};

constexpr matrix_rows::Bits form(unsigned i, unsigned lane, unsigned e) {
  return {.row = 8 * i + lane / 4, .first = 4 * (4 * (lane % 4) + e), .count = 4};
}

}  // namespace

extern const InstructionProbe ldmatrix_b4_probe = matrix_rows::describe_load<&form>({
    .feature = "ldmatrix.b4",
    .entry = "ldmatrix_b4",
    .instruction = instruction,
    .native_sass = native_sass,
    .ptx = {8, 6},
});

}  // namespace bp
#endif
