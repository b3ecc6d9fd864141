// tcgen05.mma.f8f6f4.cta_group2: D (256 x 32) = A (256 x 128) B (128 x 32), e4m3 operands, by the
// tensor cores of two SMs.
#include "probes/features/tcgen05_plan.h"

namespace bp::tcgen05_mma_f8f6f4_cta_group2_plan {
struct Plan : bp::tcgen05::Plan {
  static constexpr unsigned cta_group = 2;
};
}  // namespace bp::tcgen05_mma_f8f6f4_cta_group2_plan
using namespace bp::tcgen05_mma_f8f6f4_cta_group2_plan;

#ifdef __CUDACC__
#include "probes/features/tcgen05_clocked.cuh"

struct Issue {
  template <typename Step>
  __device__ void operator()(const Step& step) const {
    using namespace bp::ptx;
    const unsigned instruction = tcgen05_instruction(Tcgen05Type::e4m3, Tcgen05Type::e4m3,
                                                     Tcgen05Result::f32, step.m, step.n);
    tcgen05_mma_f8f6f4_pair(step.d, step.a(), step.b(), instruction, step.accumulate());
  }
};

BP_ENTRY(tcgen05_mma_f8f6f4_cta_group2) { bp::tcgen05::multiply<Plan>(in, out, Issue{}); }

BP_ENTRY(tcgen05_mma_f8f6f4_cta_group2_rate) { bp::tcgen05::clocked<Plan>(in, out, Issue{}); }

#else
#include "probes/features/tcgen05_gemm.h"

namespace bp {
namespace {

using Gemm = tcgen05::Gemm<Plan, tcgen05::E4m3>;
constexpr auto instructions = tcgen05::instructions<Plan>("tcgen05.mma.cta_group::2.kind::f8f6f4");
constexpr std::string_view native_sass[] = {"UTCQMMA.2CTA"};

}  // namespace

extern const InstructionProbe tcgen05_mma_f8f6f4_cta_group2_probe = tcgen05::describe<Gemm>({
    .feature = "tcgen05.mma.f8f6f4.cta_group2",
    .entry = "tcgen05_mma_f8f6f4_cta_group2",
    .rate_entry = "tcgen05_mma_f8f6f4_cta_group2_rate",
    .instructions = instructions,
    .ptx = {8, 6},
    .native_sass = native_sass,
    // At least 13 bits below the largest addend are kept, as Hopper does: 33 addends a k-step,
    // sums below 16.
    .tolerance = 0.125,
});

}  // namespace bp
#endif
