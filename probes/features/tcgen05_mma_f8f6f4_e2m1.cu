// tcgen05.mma.f8f6f4.e2m1: A of FP4 e2m1 and B of FP6 e3m2. 16 elements lie packed at the start of
// each 16 bytes of shared memory ("Packing format used for matrix A and B by .kind::mxf8f6f4 in
// Shared Memory").
#include "probes/features/tcgen05_plan.h"

#ifdef __CUDACC__
#include "probes/features/tcgen05_clocked.cuh"

struct Issue {
  template <typename Step>
  __device__ void operator()(const Step& step) const {
    using namespace bp::ptx;
    const unsigned instruction = tcgen05_instruction(Tcgen05Type::e2m1, Tcgen05Type::e3m2,
                                                     Tcgen05Result::f32, step.m, step.n);
    tcgen05_mma_f8f6f4(step.d, step.a(), step.b(), instruction, step.accumulate());
  }
};

BP_ENTRY(tcgen05_mma_f8f6f4_e2m1) { bp::tcgen05::multiply<bp::tcgen05::Plan>(in, out, Issue{}); }

BP_ENTRY(tcgen05_mma_f8f6f4_e2m1_rate) {
  bp::tcgen05::clocked<bp::tcgen05::Plan>(in, out, Issue{});
}

#else
#include "probes/features/tcgen05_gemm.h"

namespace bp {
namespace {

using Gemm = tcgen05::Gemm<tcgen05::Plan, tcgen05::PaddedE2m1, tcgen05::E3m2>;
constexpr auto instructions =
    tcgen05::instructions<tcgen05::Plan>("tcgen05.mma.cta_group::1.kind::f8f6f4");
constexpr std::string_view native_sass[] = {"UTCQMMA"};

}  // namespace

extern const InstructionProbe tcgen05_mma_f8f6f4_e2m1_probe = tcgen05::describe<Gemm>({
    .feature = "tcgen05.mma.f8f6f4.e2m1",
    .entry = "tcgen05_mma_f8f6f4_e2m1",
    .rate_entry = "tcgen05_mma_f8f6f4_e2m1_rate",
    .instructions = instructions,
    .ptx = {8, 6},
    .native_sass = native_sass,
    // At least 13 bits below the largest addend are kept: 33 addends a k-step, sums below 512.
    .tolerance = 2,
});

}  // namespace bp
#endif
