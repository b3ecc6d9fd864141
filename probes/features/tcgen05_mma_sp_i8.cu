// tcgen05.mma.sp.i8: D (128 x 32) = A (128 x 128) B (128 x 32), s8, where two of any four elements
// of a row of A are zero and not stored; two k-steps of 64.
#include "probes/features/tcgen05_plan.h"

namespace bp::tcgen05_mma_sp_i8_plan {
struct Plan : bp::tcgen05::Plan {
  static constexpr unsigned metadata = 2;
};
}  // namespace bp::tcgen05_mma_sp_i8_plan
using namespace bp::tcgen05_mma_sp_i8_plan;

#ifdef __CUDACC__
#include "probes/features/tcgen05_clocked.cuh"

struct Issue {
  template <typename Step>
  __device__ void operator()(const Step& step) const {
    using namespace bp::ptx;
    const unsigned instruction =
        tcgen05_instruction(Tcgen05Type::s8, Tcgen05Type::s8, Tcgen05Result::s32, step.m, step.n) |
        tcgen05_sparse(step.selector());
    tcgen05_mma_sp_i8(step.d, step.a(), step.b(), step.indices(), instruction, step.accumulate());
  }
};

BP_ENTRY(tcgen05_mma_sp_i8) { bp::tcgen05::multiply<Plan>(in, out, Issue{}); }

BP_ENTRY(tcgen05_mma_sp_i8_rate) { bp::tcgen05::clocked<Plan>(in, out, Issue{}); }

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
    .rate_entry = "tcgen05_mma_sp_i8_rate",
    .instructions = instructions,
    .ptx = {8, 6},
    .native_sass = native_sass,
});

}  // namespace bp
#endif
