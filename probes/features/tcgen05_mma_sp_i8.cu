// tcgen05.mma.sp.i8: D (128 x 32) = A (128 x 128) B (128 x 32), s8, where two of any four elements
// of a row of A are zero and not stored; two k-steps of 64.
#include "probes/features/tcgen05_plan.h"

namespace {
struct Plan : bp::tcgen05::Plan {
  static constexpr unsigned metadata = 2;
};
}  // namespace

#ifdef __CUDACC__
#include "probes/features/tcgen05_multiply.cuh"

BP_ENTRY(tcgen05_mma_sp_i8) {
  using namespace bp::ptx;
  bp::tcgen05::multiply<Plan>(in, out, [](const auto& step) {
    const unsigned instruction =
        tcgen05_instruction(Tcgen05Type::s8, Tcgen05Type::s8, Tcgen05Result::s32, 128, 32) |
        tcgen05_sparse(step.selector());
    tcgen05_mma_sp_i8(step.d, step.a(), step.b(), step.indices(), instruction, step.accumulate());
  });
}

#else
#include "probes/features/tcgen05_gemm.h"

namespace bp {
namespace {

using Gemm = tcgen05::Gemm<Plan, tcgen05::S8>;
constexpr auto instructions = tcgen05::instructions<Plan>("tcgen05.mma.sp.cta_group::1.kind::i8");
constexpr std::string_view native_sass[] = {"UTCIMMA"};

}  // namespace

extern const InstructionProbe tcgen05_mma_sp_i8_probe = tcgen05::describe<Gemm>({
    .feature = "tcgen05.mma.sp.i8",
    .entry = "tcgen05_mma_sp_i8",
    .instructions = instructions,
    .ptx = {8, 6},
    .native_sass = native_sass,
});

}  // namespace bp
#endif
