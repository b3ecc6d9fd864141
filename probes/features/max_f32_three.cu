// min and max of three f32, with and without .NaN.
#ifdef __CUDACC__
#include "probes/features/device.cuh"
#include "probes/features/elementwise_device.cuh"
#include "probes/ptx/min_max.cuh"

BP_ENTRY(max_f32_three) {
  bp::elementwise::map<3, 4>(in, out, [](unsigned, const unsigned(&w)[3], unsigned(&r)[4]) {
    const float a = __uint_as_float(w[0]);
    const float b = __uint_as_float(w[1]);
    const float c = __uint_as_float(w[2]);
    r[0] = __float_as_uint(bp::ptx::max_f32(a, b, c));
    r[1] = __float_as_uint(bp::ptx::max_nan_f32(a, b, c));
    r[2] = __float_as_uint(bp::ptx::min_f32(a, b, c));
    r[3] = __float_as_uint(bp::ptx::min_nan_f32(a, b, c));
  });
}

#else
#include "probes/features/f32_host.h"

namespace bp {
namespace {

/// "If one of the inputs is NaN the result is that of the others"; with .NaN, NaN. +0 is above -0.
float larger(float a, float b) {
  if (std::isnan(a)) return b;
  if (std::isnan(b)) return a;
  return a > b || (a == b && !std::signbit(a)) ? a : b;
}

struct Operation : f32::Inputs<3> {
  static constexpr unsigned results = 4;
  static void apply(unsigned, const std::uint32_t* in, std::uint32_t* out) {
    const float a = f32::value(in[0]);
    const float b = f32::value(in[1]);
    const float c = f32::value(in[2]);
    const float nan = std::numeric_limits<float>::quiet_NaN();
    const bool any_nan = std::isnan(a) || std::isnan(b) || std::isnan(c);
    out[0] = f32::bits(larger(larger(a, b), c));
    out[2] = f32::bits(-larger(larger(-a, -b), -c));
    out[1] = any_nan ? f32::bits(nan) : out[0];
    out[3] = any_nan ? f32::bits(nan) : out[2];
  }
};

constexpr std::string_view instructions[] = {"max.f32", "max.NaN.f32", "min.f32", "min.NaN.f32"};
constexpr std::string_view native_sass[] = {"FMNMX3"};

}  // namespace

extern const InstructionProbe max_f32_three_probe = elementwise::describe<Operation>({
    .feature = "max.f32.three",
    .entry = "max_f32_three",
    .instructions = instructions,
    .ptx = {8, 8},
    .native_sass = native_sass,
    .neutralise = {.line_with = instructions[0], .replacement = "mov.f32 %0, %1;"},
});

}  // namespace bp
#endif
