// ldmatrix: four 8x8 matrices of 16-bit elements, whose rows lie in shared memory in another order.
#ifdef __CUDACC__
#include "probes/features/matrix_rows.h"
#include "probes/ptx/ldmatrix.cuh"

BP_ENTRY(ldmatrix_x4) {
  bp::matrix_rows::load(in, out, [](auto&& a, auto&& b) { bp::ptx::ldmatrix_x4(a, b); });
}

#else
#include "probes/features/matrix_rows_host.h"

namespace bp {
namespace {

constexpr std::string_view instruction[] = {"ldmatrix.sync.aligned.m8n8.x4.shared.b16"};
constexpr std::string_view native_sass[] = {"LDSM.16.M88.4"};

constexpr matrix_rows::Bits form(unsigned i, unsigned lane, unsigned e) {
  return {.row = 8 * i + lane / 4, .first = 8 * (4 * (lane % 4) + e)};
}

}  // namespace

extern const InstructionProbe ldmatrix_probe = matrix_rows::describe_load<&form>({
    .feature = "ldmatrix",
    .entry = "ldmatrix_x4",
    .instruction = instruction,
    .native_sass = native_sass,
    .ptx = {6, 5},
});

}  // namespace bp
#endif
