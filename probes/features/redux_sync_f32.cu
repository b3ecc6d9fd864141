// redux_sync.f32: the smallest and the largest f32 of a warp, plain, of magnitudes, and with NaN
// let through: over a warp of numbers and over one in which a thread holds a NaN.
#ifdef __CUDACC__
#include "probes/features/device.cuh"
#include "probes/ptx/redux.cuh"

BP_ENTRY(redux_sync_f32) {
  using namespace bp::ptx;
  constexpr unsigned all = 0xffffffffu;
  const unsigned thread = threadIdx.x;
  float value = reinterpret_cast<const float*>(in)[thread];
  if (thread == 37) value = __int_as_float(0x7fc01234);
  auto* result = reinterpret_cast<float*>(out) + thread;
  result[0] = redux_min(value, all);
  result[64] = redux_max(value, all);
  result[128] = redux_min_abs(value, all);
  result[192] = redux_max_abs(value, all);
  result[256] = redux_min_nan(value, all);
  result[320] = redux_max_abs_nan(value, all);
}

#else
#include <algorithm>
#include <cmath>

#include "probes/features/words.h"

namespace bp {
namespace {

constexpr std::size_t threads = 64;
constexpr std::size_t with_nan = 37;
constexpr std::size_t operations = 6;
constexpr std::uint32_t canonical_nan = 0x7fffffffu;  // PTX ISA 9.0, "redux.sync"
constexpr std::string_view instructions[] = {
    "redux.sync.min.f32",     "redux.sync.max.f32",     "redux.sync.min.abs.f32",
    "redux.sync.max.abs.f32", "redux.sync.min.NaN.f32", "redux.sync.max.abs.NaN.f32",
};
constexpr std::string_view native_sass[] = {"CREDUX"};

/// Numbers of both signs, no zeros: minus zero would equal zero here but not in its bits.
void fill(std::span<std::uint8_t> in, std::uint64_t seed) {
  Random values(seed);
  for (std::size_t i = 0; i < threads; ++i) {
    const double number = values.between(1, 100000) / 64.0;
    store<float>(in, i, static_cast<float>(values.between(0, 1) == 0 ? number : -number));
  }
}

void exact(std::span<std::uint8_t> in) { fill(in, 0xf32); }

void reference(std::span<const std::uint8_t> in, std::span<double> out) {
  const auto bits = [](float value) { return std::bit_cast<std::uint32_t>(value); };
  for (std::size_t thread = 0; thread < threads; ++thread) {
    const std::size_t first = thread / 32 * 32;
    float low = INFINITY, high = -INFINITY, near = INFINITY, far = 0;
    for (std::size_t i = first; i < first + 32; ++i) {
      if (i == with_nan) continue;
      const auto value = load<float>(in, i);
      low = std::min(low, value);
      high = std::max(high, value);
      near = std::min(near, std::fabs(value));
      far = std::max(far, std::fabs(value));
    }
    const bool nan = first == 32;
    const std::uint32_t results[operations] = {bits(low),
                                               bits(high),
                                               bits(near),
                                               bits(far),
                                               nan ? canonical_nan : bits(low),
                                               nan ? canonical_nan : bits(far)};
    for (std::size_t i = 0; i < operations; ++i) out[i * threads + thread] = results[i];
  }
}

void corrupt(std::span<std::uint8_t> in) { store<float>(in, 11, load<float>(in, 11) * 4096); }

}  // namespace

extern const InstructionProbe redux_sync_f32_probe = words::describe({
    .feature = "redux_sync.f32",
    .entry = "redux_sync_f32",
    .instructions = instructions,
    .ptx = {8, 6},
    .launch = {.grid = {1}, .block = {threads}},
    .inputs = threads,
    .outputs = operations * threads,
    .exact = &exact,
    .random = &fill,
    .reference = &reference,
    .fault = {.what = "number 11 gets another magnitude", .corrupt = &corrupt},
    .native_sass = native_sass,
    // Every thread then keeps its own value.
    .neutralise = {.line_with = "redux.sync.", .replacement = "mov.b32 %0, %1;"},
});

}  // namespace bp
#endif
