// fma, add and mul of two f32 at a time, in one 64-bit register.
#ifdef __CUDACC__
#include "probes/features/device.cuh"
#include "probes/features/elementwise_device.cuh"
#include "probes/ptx/packed_math.cuh"

BP_ENTRY(f32x2) {
  bp::elementwise::map<6, 6>(in, out, [](unsigned, const unsigned(&w)[6], unsigned(&r)[6]) {
    const auto pair = [&](unsigned i) {
      return static_cast<unsigned long long>(w[i + 1]) << 32 | w[i];
    };
    const unsigned long long results[] = {bp::ptx::fma_f32x2(pair(0), pair(2), pair(4)),
                                          bp::ptx::add_f32x2(pair(0), pair(2)),
                                          bp::ptx::mul_f32x2(pair(0), pair(2))};
#pragma unroll
    for (unsigned i = 0; i < 3; ++i) {
      r[2 * i] = static_cast<unsigned>(results[i]);
      r[2 * i + 1] = static_cast<unsigned>(results[i] >> 32);
    }
  });
}

#else
#include "probes/features/f32_host.h"

namespace bp {
namespace {

struct Operation : f32::Inputs<6> {
  static constexpr unsigned results = 6;
  static void apply(unsigned, const std::uint32_t* in, std::uint32_t* out) {
    for (unsigned i = 0; i < 2; ++i) {
      const float a = f32::value(in[i]);
      const float b = f32::value(in[2 + i]);
      out[i] = f32::bits(std::fma(a, b, f32::value(in[4 + i])));
      out[2 + i] = f32::bits(a + b);
      out[4 + i] = f32::bits(a * b);
    }
  }
};

constexpr std::string_view instructions[] = {"fma.rn.f32x2", "add.rn.f32x2", "mul.rn.f32x2"};
constexpr std::string_view native_sass[] = {"FFMA2"};

}  // namespace

extern const InstructionProbe f32x2_probe = elementwise::describe<Operation>({
    .feature = "f32x2",
    .entry = "f32x2",
    .instructions = instructions,
    .ptx = {8, 6},
    .native_sass = native_sass,
    .neutralise = {.line_with = instructions[0], .replacement = "mov.b64 %0, %1;"},
});

}  // namespace bp
#endif
