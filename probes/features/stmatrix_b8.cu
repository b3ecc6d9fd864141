// stmatrix of bytes: four 16x8 matrices, transposed, as the accumulators of FP8 products lie.
#ifdef __CUDACC__
#include "probes/features/matrix_rows.h"
#include "probes/ptx/ldmatrix.cuh"

BP_ENTRY(stmatrix_b8) {
  bp::matrix_rows::store(in, out, [](auto&& a, auto&& b) { bp::ptx::stmatrix_b8_x4(a, b); });
}

#else
#include "probes/features/matrix_rows_host.h"

namespace bp {
namespace {

constexpr std::string_view instruction[] = {"stmatrix.sync.aligned.m16n8.x4.trans.shared.b8"};
constexpr std::string_view native_sass[] = {"STSM.8.MT168"};

constexpr matrix_rows::Bits form(unsigned i, unsigned lane, unsigned e) {
  return {.row = 8 * i + 2 * (lane % 4) + e % 2, .first = 8 * (lane / 4 + 8 * (e / 2))};
}

}  // namespace

extern const InstructionProbe stmatrix_b8_probe = matrix_rows::describe_store<&form>({
    .feature = "stmatrix.b8",
    .entry = "stmatrix_b8",
    .instruction = instruction,
    .native_sass = native_sass,
    .ptx = {8, 6},
});

}  // namespace bp
#endif
