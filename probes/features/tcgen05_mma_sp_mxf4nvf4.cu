// tcgen05.mma.sp.mxf4nvf4: a sparse A of packed FP4 e2m1, two of any four pairs of elements stored,
// with a ue4m3 scale for each 32 elements; two k-steps of 128. Only targets with suffix a take it.
#include "probes/features/tcgen05_plan.h"

namespace bp::tcgen05_mma_sp_mxf4nvf4_plan {
struct Plan : bp::tcgen05::Plan {
  static constexpr unsigned scales = 4;
  static constexpr unsigned metadata = 2;
};
}  // namespace bp::tcgen05_mma_sp_mxf4nvf4_plan
using namespace bp::tcgen05_mma_sp_mxf4nvf4_plan;

#ifdef __CUDACC__
#include "probes/features/tcgen05_clocked.cuh"

struct Issue {
  template <typename Step>
  __device__ void operator()(const Step& step) const {
    using namespace bp::ptx;
    const unsigned instruction =
        tcgen05_instruction_scaled(Tcgen05Type::mxf4_e2m1, Tcgen05Type::mxf4_e2m1,
                                   Tcgen05Scale::ue4m3, step.scale_byte(), step.m, step.n) |
        tcgen05_sparse(step.selector());
    tcgen05_mma_sp_mxf4nvf4_4x(step.d, step.a(), step.b(), step.indices(), instruction,
                               step.scale_a(), step.scale_b(), step.accumulate());
  }
};

BP_ENTRY(tcgen05_mma_sp_mxf4nvf4) { bp::tcgen05::multiply<Plan>(in, out, Issue{}); }

BP_ENTRY(tcgen05_mma_sp_mxf4nvf4_rate) { bp::tcgen05::clocked<Plan>(in, out, Issue{}); }

#else
#include "probes/features/tcgen05_gemm.h"

namespace bp {
namespace {

using Gemm = tcgen05::Gemm<Plan, tcgen05::E2m1, tcgen05::E2m1, tcgen05::Ue4m3>;
constexpr auto instructions = tcgen05::instructions<Plan>(
    "tcgen05.mma.sp.cta_group::1.kind::mxf4nvf4.block_scale.scale_vec::4X");
constexpr std::string_view native_sass[] = {"UTCOMMA"};

}  // namespace

extern const InstructionProbe tcgen05_mma_sp_mxf4nvf4_probe = tcgen05::describe<Gemm>({
    .feature = "tcgen05.mma.sp.mxf4nvf4",
    .entry = "tcgen05_mma_sp_mxf4nvf4",
    .rate_entry = "tcgen05_mma_sp_mxf4nvf4_rate",
    .instructions = instructions,
    .ptx = {8, 7},
    .native_sass = native_sass,
    // At least 13 bits below the largest addend are kept: 65 addends a k-step, sums below 2048.
    .tolerance = 5,
});

}  // namespace bp
#endif
