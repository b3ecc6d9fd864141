// redux.sync: nine reductions of unsigned and signed integers and of bits, over a whole warp and
// over the two halves of another.
#ifdef __CUDACC__
#include "probes/features/device.cuh"
#include "probes/ptx/redux.cuh"

namespace {
__device__ inline void reduce_all(unsigned value, unsigned mask, unsigned* result) {
  using namespace bp::ptx;
  result[0] = redux_add_u32(value, mask);
  result[64] = redux_min_u32(value, mask);
  result[128] = redux_max_u32(value, mask);
  result[192] = redux_add_s32(value, mask);
  result[256] = redux_min_s32(value, mask);
  result[320] = redux_max_s32(value, mask);
  result[384] = redux_and_b32(value, mask);
  result[448] = redux_or_b32(value, mask);
  result[512] = redux_xor_b32(value, mask);
}
}  // namespace

BP_ENTRY(redux_sync_integers) {
  const unsigned thread = threadIdx.x;
  const unsigned value = reinterpret_cast<const unsigned*>(in)[thread];
  auto* result = reinterpret_cast<unsigned*>(out) + thread;
  if (thread < 32) {
    reduce_all(value, 0xffffffffu, result);
  } else if (thread < 48) {
    reduce_all(value, 0x0000ffffu, result);
  } else {
    reduce_all(value, 0xffff0000u, result);
  }
}

#else
#include <algorithm>

#include "probes/features/words.h"

namespace bp {
namespace {

constexpr std::size_t threads = 64;
constexpr std::size_t operations = 9;
constexpr std::string_view instructions[] = {
    "redux.sync.add.u32", "redux.sync.min.u32", "redux.sync.max.u32",
    "redux.sync.add.s32", "redux.sync.min.s32", "redux.sync.max.s32",
    "redux.sync.and.b32", "redux.sync.or.b32",  "redux.sync.xor.b32",
};
constexpr std::string_view native_sass[] = {"REDUX"};

/// Of both signs. Neighbours share most bits, or `and` would leave none and `or` all.
void fill(std::span<std::uint8_t> in, std::uint64_t seed) {
  Random values(seed);
  for (std::size_t i = 0; i < threads; ++i) {
    const auto word = static_cast<std::uint32_t>(values.next());
    const std::uint32_t group = i / 16 % 2 == 0 ? 0xf0000000u : 0x00f00000u;
    store<std::uint32_t>(in, i, i % 5 == 4 ? word | group : (word & 0xff0fffffu) | group);
  }
}

void exact(std::span<std::uint8_t> in) { fill(in, 0x5eed); }

void reference(std::span<const std::uint8_t> in, std::span<double> out) {
  for (std::size_t thread = 0; thread < threads; ++thread) {
    const std::size_t first = thread < 32 ? 0 : thread / 16 * 16;
    const std::size_t last = thread < 32 ? 32 : first + 16;
    const auto word = [&](std::size_t i) { return load<std::uint32_t>(in, i); };
    const auto number = [&](std::size_t i) { return load<std::int32_t>(in, i); };
    std::uint32_t sum = 0, all = ~0u, any = 0, parity = 0, least = word(first), most = least;
    std::int32_t lowest = number(first), highest = lowest;
    for (std::size_t i = first; i < last; ++i) {
      sum += word(i);
      all &= word(i);
      any |= word(i);
      parity ^= word(i);
      least = std::min(least, word(i));
      most = std::max(most, word(i));
      lowest = std::min(lowest, number(i));
      highest = std::max(highest, number(i));
    }
    const std::uint32_t results[operations] = {sum,
                                               least,
                                               most,
                                               sum,
                                               static_cast<std::uint32_t>(lowest),
                                               static_cast<std::uint32_t>(highest),
                                               all,
                                               any,
                                               parity};
    for (std::size_t i = 0; i < operations; ++i) out[i * threads + thread] = results[i];
  }
}

}  // namespace

extern const InstructionProbe redux_sync_probe = words::describe({
    .feature = "redux_sync",
    .entry = "redux_sync_integers",
    .instructions = instructions,
    .ptx = {7, 0},
    .launch = {.grid = {1}, .block = {threads}},
    .inputs = threads,
    .outputs = operations * threads,
    .exact = &exact,
    .random = &fill,
    .reference = &reference,
    .fault = {.what = "bits of word 40 are flipped", .corrupt = &words::flip<40>},
    .native_sass = native_sass,
    // Every thread then keeps its own value.
    .neutralise = {.line_with = "redux.sync.", .replacement = "mov.b32 %0, %1;"},
});

}  // namespace bp
#endif
