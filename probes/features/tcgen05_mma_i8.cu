// tcgen05.mma.i8: D (128 x 32) = A (128 x 128) B (128 x 32), s8 operands and s32 sums, in four
// k-steps of
// 32. Not on sm_103, and only with suffix a.
#include "probes/features/tcgen05_plan.h"

#ifdef __CUDACC__
#include "probes/features/tcgen05_multiply.cuh"

BP_ENTRY(tcgen05_mma_i8) {
  using namespace bp::ptx;
  bp::tcgen05::multiply<bp::tcgen05::Plan>(in, out, [](const auto& step) {
    const unsigned instruction =
        tcgen05_instruction(Tcgen05Type::s8, Tcgen05Type::s8, Tcgen05Result::s32, 128, 32);
    tcgen05_mma_i8(step.d, step.a(), step.b(), instruction, step.accumulate());
  });
}

#else
#include "probes/features/tcgen05_gemm.h"

namespace bp {
namespace {

using Gemm = tcgen05::Gemm<tcgen05::Plan, tcgen05::S8>;
constexpr auto instructions =
    tcgen05::instructions<tcgen05::Plan>("tcgen05.mma.cta_group::1.kind::i8");
constexpr std::string_view native_sass[] = {"UTCIMMA"};

}  // namespace

extern const InstructionProbe tcgen05_mma_i8_probe = tcgen05::describe<Gemm>({
    .feature = "tcgen05.mma.i8",
    .entry = "tcgen05_mma_i8",
    .instructions = instructions,
    .ptx = {8, 6},
    .native_sass = native_sass,
});

}  // namespace bp
#endif
