// tcgen05.mma.f16.tmem_a: D (128 x 32) = A (128 x 64) B (64 x 32) with A in Tensor Memory, two
// elements to a column.
#include "probes/features/tcgen05_plan.h"

namespace bp::tcgen05_mma_f16_tmem_a_plan {
struct Plan : bp::tcgen05::Plan {
  static constexpr bool a_in_tmem = true;
};
}  // namespace bp::tcgen05_mma_f16_tmem_a_plan
using namespace bp::tcgen05_mma_f16_tmem_a_plan;

#ifdef __CUDACC__
#include "probes/features/tcgen05_multiply.cuh"

BP_ENTRY(tcgen05_mma_f16_tmem_a) {
  using namespace bp::ptx;
  bp::tcgen05::multiply<Plan>(in, out, [](const auto& step) {
    const unsigned instruction =
        tcgen05_instruction(Tcgen05Type::f16, Tcgen05Type::f16, Tcgen05Result::f32, 128, 32);
    tcgen05_mma_f16_tmem(step.d, step.a_tmem(), step.b(), instruction, step.accumulate());
  });
}

#else
#include "probes/features/tcgen05_gemm.h"

namespace bp {
namespace {

using Gemm = tcgen05::Gemm<Plan, tcgen05::F16>;
constexpr auto instructions = tcgen05::instructions<Plan>("tcgen05.mma.cta_group::1.kind::f16");
constexpr std::string_view native_sass[] = {"UTCHMMA"};

}  // namespace

extern const InstructionProbe tcgen05_mma_f16_tmem_a_probe = tcgen05::describe<Gemm>({
    .feature = "tcgen05.mma.f16.tmem_a",
    .entry = "tcgen05_mma_f16_tmem_a",
    .instructions = instructions,
    .ptx = {8, 6},
    .native_sass = native_sass,
    // 64 products below 1, sums below 64: the accumulator keeps at least 22 bits.
    .tolerance = 1e-3,
});

}  // namespace bp
#endif
