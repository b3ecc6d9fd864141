// tcgen05.mma.ws.f16: D (32 x 64) = A (32 x 64) B (64 x 64), weight stationary. Each quarter of D's
// columns is in 32 lanes of its own ("Layout G").
#include "probes/features/tcgen05_plan.h"

namespace bp::tcgen05_mma_ws_f16_plan {
struct Plan : bp::tcgen05::Plan {
  static constexpr unsigned rows = 32;
  static constexpr unsigned n = 64;
};
}  // namespace bp::tcgen05_mma_ws_f16_plan
using namespace bp::tcgen05_mma_ws_f16_plan;

#ifdef __CUDACC__
#include "probes/features/tcgen05_multiply.cuh"

BP_ENTRY(tcgen05_mma_ws_f16) {
  using namespace bp::ptx;
  bp::tcgen05::multiply<Plan>(in, out, [](const auto& step) {
    const unsigned instruction =
        tcgen05_instruction(Tcgen05Type::f16, Tcgen05Type::f16, Tcgen05Result::f32, 32, 64);
    tcgen05_mma_ws_f16(step.d, step.a(), step.b(), instruction, step.accumulate());
  });
}

#else
#include "probes/features/tcgen05_gemm.h"

namespace bp {
namespace {

using Gemm = tcgen05::Gemm<Plan, tcgen05::F16>;
constexpr auto instructions = tcgen05::instructions<Plan>("tcgen05.mma.ws.cta_group::1.kind::f16");
constexpr std::string_view native_sass[] = {"UTCHMMA.WS"};

}  // namespace

extern const InstructionProbe tcgen05_mma_ws_f16_probe = tcgen05::describe<Gemm>({
    .feature = "tcgen05.mma.ws.f16",
    .entry = "tcgen05_mma_ws_f16",
    .instructions = instructions,
    .ptx = {8, 6},
    .native_sass = native_sass,
    // 64 products below 1, sums below 64: the accumulator keeps at least 22 bits.
    .tolerance = 1e-3,
});

}  // namespace bp
#endif
