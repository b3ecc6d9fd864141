// 2^x of two bf16 at a time.
#ifdef __CUDACC__
#include "probes/features/device.cuh"
#include "probes/features/elementwise_device.cuh"
#include "probes/ptx/packed_math.cuh"

BP_ENTRY(ex2_bf16x2) {
  bp::elementwise::map<1, 2>(in, out, [](unsigned, const unsigned(&w)[1], unsigned(&r)[2]) {
    const unsigned result = bp::ptx::ex2_bf16x2(w[0]);
    r[0] = result << 16;  // bf16 is the upper half of an f32
    r[1] = result & 0xffff0000u;
  });
}

#else
#include "probes/features/approximate_host.h"

namespace bp {
namespace {

struct Function {
  static constexpr double limit = 8;
  static constexpr std::uint32_t fault_value = 0x3f80;  // 1
  /// Powers of two are exact.
  static double exact_value(std::uint32_t i) { return static_cast<double>(i % 201) - 100; }
  static double value(double x) { return std::exp2(x); }
};

constexpr std::string_view instructions[] = {"ex2.approx.ftz.bf16x2"};
constexpr std::string_view native_sass[] = {"MUFU.EX2.BF16"};

}  // namespace

extern const InstructionProbe ex2_bf16x2_probe =
    elementwise::describe<approximate::Operation<Function> >({
        .feature = "ex2.bf16x2",
        .entry = "ex2_bf16x2",
        .instructions = instructions,
        .ptx = {7, 8},
        .native_sass = native_sass,
        .neutralise = {.line_with = instructions[0], .replacement = "mov.b32 %0, 0;"},
        // PTX ISA 9.0, section "ex2" of half precision: the relative error is at most 2^-7.
        .tolerance = {.relative = 0x1p-7},
    });

}  // namespace bp
#endif
