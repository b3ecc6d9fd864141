// tcgen05.mma.sp.mxf8f6f4: a sparse A of e4m3, two of any four elements stored, with a ue8m0 scale
// for the 64 elements of a k-step.
#include "probes/features/tcgen05_plan.h"

namespace bp::tcgen05_mma_sp_mxf8f6f4_plan {
struct Plan : bp::tcgen05::Plan {
  static constexpr unsigned scales = 1;
  static constexpr unsigned metadata = 2;
};
}  // namespace bp::tcgen05_mma_sp_mxf8f6f4_plan
using namespace bp::tcgen05_mma_sp_mxf8f6f4_plan;

#ifdef __CUDACC__
#include "probes/features/tcgen05_clocked.cuh"

struct Issue {
  template <typename Step>
  __device__ void operator()(const Step& step) const {
    using namespace bp::ptx;
    const unsigned instruction =
        tcgen05_instruction_scaled(Tcgen05Type::e4m3, Tcgen05Type::e4m3, Tcgen05Scale::ue8m0,
                                   step.scale_byte(), step.m, step.n) |
        tcgen05_sparse(step.selector());
    tcgen05_mma_sp_mxf8f6f4(step.d, step.a(), step.b(), step.indices(), instruction, step.scale_a(),
                            step.scale_b(), step.accumulate());
  }
};

BP_ENTRY(tcgen05_mma_sp_mxf8f6f4) { bp::tcgen05::multiply<Plan>(in, out, Issue{}); }

BP_ENTRY(tcgen05_mma_sp_mxf8f6f4_rate) { bp::tcgen05::clocked<Plan>(in, out, Issue{}); }

#else
#include "probes/features/tcgen05_gemm.h"

namespace bp {
namespace {

using Gemm = tcgen05::Gemm<Plan, tcgen05::E4m3, tcgen05::E4m3, tcgen05::Ue8m0>;
constexpr auto instructions =
    tcgen05::instructions<Plan>("tcgen05.mma.sp.cta_group::1.kind::mxf8f6f4.block_scale");
constexpr std::string_view native_sass[] = {"UTCQMMA"};

}  // namespace

extern const InstructionProbe tcgen05_mma_sp_mxf8f6f4_probe = tcgen05::describe<Gemm>({
    .feature = "tcgen05.mma.sp.mxf8f6f4",
    .entry = "tcgen05_mma_sp_mxf8f6f4",
    .rate_entry = "tcgen05_mma_sp_mxf8f6f4_rate",
    .instructions = instructions,
    .ptx = {8, 8},
    .native_sass = native_sass,
    // At least 13 bits below the largest addend are kept, as Hopper does: 33 addends a k-step,
    // sums below 32.
    .tolerance = 0.2,
});

}  // namespace bp
#endif
