// tcgen05.mma.sp.f16: D (128 x 32) = A (128 x 64) B (64 x 32) where two of any four elements of a
// row of A are zero and not stored; two k-steps of 32.
#include "probes/features/tcgen05_plan.h"

namespace bp::tcgen05_mma_sp_f16_plan {
struct Plan : bp::tcgen05::Plan {
  static constexpr unsigned metadata = 1;
};
}  // namespace bp::tcgen05_mma_sp_f16_plan
using namespace bp::tcgen05_mma_sp_f16_plan;

#ifdef __CUDACC__
#include "probes/features/tcgen05_clocked.cuh"

struct Issue {
  template <typename Step>
  __device__ void operator()(const Step& step) const {
    using namespace bp::ptx;
    const unsigned instruction = tcgen05_instruction(Tcgen05Type::f16, Tcgen05Type::f16,
                                                     Tcgen05Result::f32, step.m, step.n) |
                                 tcgen05_sparse(step.selector());
    tcgen05_mma_sp_f16(step.d, step.a(), step.b(), step.indices(), instruction, step.accumulate());
  }
};

BP_ENTRY(tcgen05_mma_sp_f16) { bp::tcgen05::multiply<Plan>(in, out, Issue{}); }

BP_ENTRY(tcgen05_mma_sp_f16_rate) { bp::tcgen05::clocked<Plan>(in, out, Issue{}); }

#else
#include "probes/features/tcgen05_gemm.h"

namespace bp {
namespace {

using Gemm = tcgen05::Gemm<Plan, tcgen05::F16>;
constexpr auto instructions = tcgen05::instructions<Plan>("tcgen05.mma.sp.cta_group::1.kind::f16");
constexpr std::string_view native_sass[] = {"UTCHMMA"};

}  // namespace

extern const InstructionProbe tcgen05_mma_sp_f16_probe = tcgen05::describe<Gemm>({
    .feature = "tcgen05.mma.sp.f16",
    .entry = "tcgen05_mma_sp_f16",
    .rate_entry = "tcgen05_mma_sp_f16_rate",
    .instructions = instructions,
    .ptx = {8, 6},
    .native_sass = native_sass,
    // 32 products below 1, sums below 32: the accumulator keeps at least 22 bits.
    .tolerance = 1e-3,
});

}  // namespace bp
#endif
