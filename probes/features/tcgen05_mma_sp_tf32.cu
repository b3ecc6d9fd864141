// tcgen05.mma.sp.tf32: D (128 x 32) = A (128 x 32) B (32 x 32) where one of any two elements of a
// row of A is zero and not stored; two k-steps of 16.
#include "probes/features/tcgen05_plan.h"

namespace {
struct Plan : bp::tcgen05::Plan {
  static constexpr unsigned metadata = 1;
};
}  // namespace

#ifdef __CUDACC__
#include "probes/features/tcgen05_multiply.cuh"

BP_ENTRY(tcgen05_mma_sp_tf32) {
  using namespace bp::ptx;
  bp::tcgen05::multiply<Plan>(in, out, [](const auto& step) {
    const unsigned instruction =
        tcgen05_instruction(Tcgen05Type::tf32, Tcgen05Type::tf32, Tcgen05Result::f32, 128, 32) |
        tcgen05_sparse(step.selector());
    tcgen05_mma_sp_tf32(step.d, step.a(), step.b(), step.indices(), instruction, step.accumulate());
  });
}

#else
#include "probes/features/tcgen05_gemm.h"

namespace bp {
namespace {

using Gemm = tcgen05::Gemm<Plan, tcgen05::Tf32>;
constexpr auto instructions = tcgen05::instructions<Plan>("tcgen05.mma.sp.cta_group::1.kind::tf32");
constexpr std::string_view native_sass[] = {"UTCHMMA"};

}  // namespace

extern const InstructionProbe tcgen05_mma_sp_tf32_probe = tcgen05::describe<Gemm>({
    .feature = "tcgen05.mma.sp.tf32",
    .entry = "tcgen05_mma_sp_tf32",
    .instructions = instructions,
    .ptx = {8, 6},
    .native_sass = native_sass,
    // 16 products below 1, sums below 16: the accumulator keeps at least 22 bits.
    .tolerance = 1e-3,
});

}  // namespace bp
#endif
