// tcgen05.mma.i8: D (128 x 32) = A (128 x 128) B (128 x 32), s8 operands and s32 sums, in four
// k-steps of
// 32. Not on sm_103, and only with suffix a.
#include "probes/features/tcgen05_plan.h"

#ifdef __CUDACC__
#include "probes/features/tcgen05_clocked.cuh"

struct Issue {
  template <typename Step>
  __device__ void operator()(const Step& step) const {
    using namespace bp::ptx;
    const unsigned instruction =
        tcgen05_instruction(Tcgen05Type::s8, Tcgen05Type::s8, Tcgen05Result::s32, step.m, step.n);
    tcgen05_mma_i8(step.d, step.a(), step.b(), instruction, step.accumulate());
  }
};

BP_ENTRY(tcgen05_mma_i8) { bp::tcgen05::multiply<bp::tcgen05::Plan>(in, out, Issue{}); }

BP_ENTRY(tcgen05_mma_i8_rate) { bp::tcgen05::clocked<bp::tcgen05::Plan>(in, out, Issue{}); }

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
    .rate_entry = "tcgen05_mma_i8_rate",
    .instructions = instructions,
    .ptx = {8, 6},
    .native_sass = native_sass,
});

}  // namespace bp
#endif
