// tcgen05.mma.f16.cta_group2: D (256 x 32) = A (256 x 64) B (64 x 32) by the tensor cores of two
// SMs. Each CTA of the pair holds 128 rows of A and D and 16 of B's 32 columns; CTA 0 issues for
// both.
#include "probes/features/tcgen05_plan.h"

namespace bp::tcgen05_mma_f16_cta_group2_plan {
struct Plan : bp::tcgen05::Plan {
  static constexpr unsigned cta_group = 2;
};
}  // namespace bp::tcgen05_mma_f16_cta_group2_plan
using namespace bp::tcgen05_mma_f16_cta_group2_plan;

#ifdef __CUDACC__
#include "probes/features/tcgen05_clocked.cuh"

struct Issue {
  template <typename Step>
  __device__ void operator()(const Step& step) const {
    using namespace bp::ptx;
    tcgen05_mma_f16_pair(
        step.d, step.a(), step.b(),
        tcgen05_instruction(Tcgen05Type::f16, Tcgen05Type::f16, Tcgen05Result::f32, step.m, step.n),
        step.accumulate());
  }
};

BP_ENTRY(tcgen05_mma_f16_cta_group2) { bp::tcgen05::multiply<Plan>(in, out, Issue{}); }

BP_ENTRY(tcgen05_mma_f16_cta_group2_rate) { bp::tcgen05::clocked<Plan>(in, out, Issue{}); }

#else
#include "probes/features/tcgen05_gemm.h"

namespace bp {
namespace {

using Gemm = tcgen05::Gemm<Plan, tcgen05::F16>;
constexpr auto instructions = tcgen05::instructions<Plan>("tcgen05.mma.cta_group::2.kind::f16");
constexpr std::string_view native_sass[] = {"UTCHMMA.2CTA"};

}  // namespace

extern const InstructionProbe tcgen05_mma_f16_cta_group2_probe = tcgen05::describe<Gemm>({
    .feature = "tcgen05.mma.f16.cta_group2",
    .entry = "tcgen05_mma_f16_cta_group2",
    .rate_entry = "tcgen05_mma_f16_cta_group2_rate",
    .instructions = instructions,
    .ptx = {8, 6},
    .native_sass = native_sass,
    // 64 products below 1, sums below 64: the accumulator keeps at least 22 bits.
    .tolerance = 1e-3,
});

}  // namespace bp
#endif
