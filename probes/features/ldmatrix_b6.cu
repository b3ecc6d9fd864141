// ldmatrix that unpacks: four 8x16 matrices of packed 6-bit elements, each into a byte of its own.
#ifdef __CUDACC__
#include "probes/features/matrix_rows.h"
#include "probes/ptx/ldmatrix.cuh"

BP_ENTRY(ldmatrix_b6) {
  bp::matrix_rows::load(in, out, [](auto&& a, auto&& b) { bp::ptx::ldmatrix_b6_x4(a, b); });
}

#else
#include "probes/features/matrix_rows_host.h"

namespace bp {
namespace {

constexpr std::string_view instruction[] = {
    "ldmatrix.sync.aligned.m8n16.x4.shared.b8x16.b6x16_p32"};
constexpr std::string_view native_sass[] = {"LDSM.U6x16P32TO8"};

constexpr matrix_rows::Bits form(unsigned i, unsigned lane, unsigned e) {
  return {.row = 8 * i + lane / 4, .first = 6 * (4 * (lane % 4) + e), .count = 6};
}

}  // namespace

extern const InstructionProbe ldmatrix_b6_probe = matrix_rows::describe_load<&form>({
    .feature = "ldmatrix.b6",
    .entry = "ldmatrix_b6",
    .instruction = instruction,
    .native_sass = native_sass,
    .ptx = {8, 6},
});

}  // namespace bp
#endif
