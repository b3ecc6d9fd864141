// tcgen05.cp.b4x16_p64: FP4 e2m1 elements, 16 of 4 bits and 64 bits of padding in each 16 bytes of
// shared memory, become bytes in Tensor Memory. How the bits lie in the byte is the tensor core's
// business: they are used as the A of tcgen05.mma kind::f8f6f4, and D tells.
#include "probes/features/tcgen05_plan.h"

namespace bp::tcgen05_cp_b4x16_p64_plan {
struct Plan : bp::tcgen05::Plan {
  static constexpr bool a_in_tmem = true;
  [[maybe_unused]] static constexpr bool transformed = true;  // of the device code alone
};
}  // namespace bp::tcgen05_cp_b4x16_p64_plan
using namespace bp::tcgen05_cp_b4x16_p64_plan;

#ifdef __CUDACC__
#include "probes/features/tcgen05_multiply.cuh"

BP_ENTRY(tcgen05_cp_b4x16_p64) {
  using namespace bp::ptx;
  bp::tcgen05::multiply<Plan>(in, out, [](const auto& step) {
    // 32 elements of each row. The copy goes before the MMA in the same pipeline.
    tcgen05_copy_128x256b_b4(step.a_tmem(), step.a());
    const unsigned instruction =
        tcgen05_instruction(Tcgen05Type::e2m1, Tcgen05Type::e4m3, Tcgen05Result::f32, 128, 32);
    tcgen05_mma_f8f6f4_tmem(step.d, step.a_tmem(), step.b(), instruction, step.accumulate());
  });
}

#else
#include "probes/features/tcgen05_gemm.h"

namespace bp {
namespace {

using Gemm = tcgen05::Gemm<Plan, tcgen05::PaddedE2m1, tcgen05::E4m3>;
constexpr auto instructions = tcgen05::instructions<Plan>(
    "tcgen05.cp.cta_group::1.128x256b.b8x16.b4x16_p64", "tcgen05.mma.cta_group::1.kind::f8f6f4");
constexpr std::string_view native_sass[] = {"UTCCP"};

}  // namespace

extern const InstructionProbe tcgen05_cp_b4x16_p64_probe = tcgen05::describe<Gemm>({
    .feature = "tcgen05.cp.b4x16_p64",
    .entry = "tcgen05_cp_b4x16_p64",
    .instructions = instructions,
    .ptx = {8, 6},
    .native_sass = native_sass,
    // At least 13 bits below the largest addend are kept: 33 addends a k-step, sums below 128.
    .tolerance = 0.5,
    // Without it A is what was stored there first.
    .neutralise = "tcgen05.cp.",
});

}  // namespace bp
#endif
