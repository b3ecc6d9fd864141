// tcgen05.mma.mxf4nvf4.cta_group2: D (256 x 32) = (A * scale A) (B * scale B) by the tensor cores
// of two SMs, packed FP4 e2m1 with a ue4m3 scale for each 16 elements (NVFP4). Each CTA has the
// scales of its rows of A and of all columns of B; the scale vector is spelled by the elements that
// share a scale, which family targets take too.
#include "probes/features/tcgen05_plan.h"

namespace bp::tcgen05_mma_mxf4nvf4_cta_group2_plan {
struct Plan : bp::tcgen05::Plan {
  static constexpr unsigned scales = 4;
  static constexpr unsigned cta_group = 2;
};
}  // namespace bp::tcgen05_mma_mxf4nvf4_cta_group2_plan
using namespace bp::tcgen05_mma_mxf4nvf4_cta_group2_plan;

#ifdef __CUDACC__
#include "probes/features/tcgen05_clocked.cuh"

struct Issue {
  template <typename Step>
  __device__ void operator()(const Step& step) const {
    using namespace bp::ptx;
    const unsigned instruction =
        tcgen05_instruction_scaled(Tcgen05Type::mxf4_e2m1, Tcgen05Type::mxf4_e2m1,
                                   Tcgen05Scale::ue4m3, step.scale_byte(), step.m, step.n);
    tcgen05_mma_mxf4nvf4_block16_pair(step.d, step.a(), step.b(), instruction, step.scale_a(),
                                      step.scale_b(), step.accumulate());
  }
};

BP_ENTRY(tcgen05_mma_mxf4nvf4_cta_group2) { bp::tcgen05::multiply<Plan>(in, out, Issue{}); }

BP_ENTRY(tcgen05_mma_mxf4nvf4_cta_group2_rate) { bp::tcgen05::clocked<Plan>(in, out, Issue{}); }

#else
#include "probes/features/tcgen05_gemm.h"

namespace bp {
namespace {

using Gemm = tcgen05::Gemm<Plan, tcgen05::E2m1, tcgen05::E2m1, tcgen05::Ue4m3>;
constexpr auto instructions =
    tcgen05::instructions<Plan>("tcgen05.mma.cta_group::2.kind::mxf4nvf4.block_scale.block16");
constexpr std::string_view native_sass[] = {"UTCOMMA.2CTA"};

}  // namespace

extern const InstructionProbe tcgen05_mma_mxf4nvf4_cta_group2_probe = tcgen05::describe<Gemm>({
    .feature = "tcgen05.mma.mxf4nvf4.cta_group2",
    .entry = "tcgen05_mma_mxf4nvf4_cta_group2",
    .rate_entry = "tcgen05_mma_mxf4nvf4_cta_group2_rate",
    .instructions = instructions,
    .ptx = {8, 8},
    .native_sass = native_sass,
    // At least 13 bits below the largest addend are kept: 65 addends a k-step, sums below 2048.
    .tolerance = 8,
});

}  // namespace bp
#endif
