// tanh of two bf16 at a time.
#ifdef __CUDACC__
#include "probes/features/device.cuh"
#include "probes/features/elementwise_device.cuh"
#include "probes/ptx/packed_math.cuh"

BP_ENTRY(tanh_bf16x2) {
  bp::elementwise::map<1, 2>(in, out, [](unsigned, const unsigned(&w)[1], unsigned(&r)[2]) {
    const unsigned result = bp::ptx::tanh_bf16x2(w[0]);
    r[0] = result << 16;  // bf16 is the upper half of an f32
    r[1] = result & 0xffff0000u;
  });
}

#else
#include "probes/features/approximate_host.h"

namespace bp {
namespace {

struct Function {
  static constexpr double limit = 3;
  static constexpr std::uint32_t fault_value = 0x41a0;  // 20
  /// 0, and numbers so large that 1 is the nearest bf16.
  static double exact_value(std::uint32_t i) {
    const double size = i % 3 == 0 ? 0 : 16 + i % 64;
    return i % 2 == 0 ? size : -size;
  }
  static double value(double x) {
    return std::fabs(x) >= 16 ? std::copysign(1.0, x) : std::tanh(x);
  }
};

constexpr std::string_view instructions[] = {"tanh.approx.bf16x2"};
constexpr std::string_view native_sass[] = {"MUFU.TANH.BF16"};

}  // namespace

extern const InstructionProbe tanh_bf16x2_probe =
    elementwise::describe<approximate::Operation<Function> >({
        .feature = "tanh.bf16x2",
        .entry = "tanh_bf16x2",
        .instructions = instructions,
        .ptx = {7, 8},
        .native_sass = native_sass,
        .neutralise = {.line_with = instructions[0], .replacement = "mov.b32 %0, 0;"},
        // PTX ISA 9.0, section "tanh" of half precision: the absolute error is at most 2^-8.
        .tolerance = {.absolute = 0x1p-8},
    });

}  // namespace bp
#endif
