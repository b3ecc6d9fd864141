// ldmatrix of bytes: two 16x16 matrices, transposed, as the B operand of FP8 needs them.
#ifdef __CUDACC__
#include "probes/features/matrix_rows.h"
#include "probes/ptx/ldmatrix.cuh"

BP_ENTRY(ldmatrix_b8) {
  bp::matrix_rows::load(in, out, [](auto&& a, auto&& b) { bp::ptx::ldmatrix_b8_x2(a, b); });
}

#else
#include "probes/features/matrix_rows_host.h"

namespace bp {
namespace {

constexpr std::string_view instruction[] = {"ldmatrix.sync.aligned.m16n16.x2.trans.shared.b8"};
constexpr std::string_view native_sass[] = {"LDSM.8.MT1616"};

constexpr matrix_rows::Bits form(unsigned i, unsigned lane, unsigned e) {
  return {.row = 16 * (i / 2) + 4 * (lane % 4) + e, .first = 8 * (lane / 4 + 8 * (i % 2))};
}

}  // namespace

extern const InstructionProbe ldmatrix_b8_probe = matrix_rows::describe_load<&form>({
    .feature = "ldmatrix.b8",
    .entry = "ldmatrix_b8",
    .instruction = instruction,
    .native_sass = native_sass,
    .ptx = {8, 6},
});

}  // namespace bp
#endif
