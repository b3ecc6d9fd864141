// elect.sync: each of four warps elects one thread, which adds its warp's word.
#ifdef __CUDACC__
#include "probes/features/device.cuh"
#include "probes/ptx/elect_sync.cuh"

BP_ENTRY(elect_sync) {
  const unsigned warp = threadIdx.x / 32;
  const auto* words = reinterpret_cast<const unsigned*>(in);
  auto* sums = reinterpret_cast<unsigned*>(out);
  // Two counters a warp: the word once per elected thread, and how many threads were elected.
  if (threadIdx.x % 32 == 0) sums[2 * warp] = sums[2 * warp + 1] = 0;
  __syncwarp();
  if (bp::ptx::elect_sync()) {
    atomicAdd(&sums[2 * warp], words[warp]);
    atomicAdd(&sums[2 * warp + 1], 1u);
  }
}

#else
#include "probes/features/host.h"

namespace bp {
namespace {

constexpr unsigned warps = 4;
constexpr std::string_view instructions[] = {"elect.sync"};
constexpr std::string_view native_sass[] = {"ELECT"};

void exact(std::span<std::uint8_t> in) {
  for (unsigned w = 0; w < warps; ++w) store<std::uint32_t>(in, w, 1000 + w);
}

void random(std::span<std::uint8_t> in, std::uint64_t seed) {
  Random values(seed);
  for (unsigned w = 0; w < warps; ++w)
    store<std::uint32_t>(in, w, static_cast<std::uint32_t>(values.next() >> 40));
}

void reference(std::span<const std::uint8_t> in, std::span<double> out) {
  for (unsigned w = 0; w < warps; ++w) {
    out[2 * w] = load<std::uint32_t>(in, w);
    out[2 * w + 1] = 1;
  }
}

void corrupt(std::span<std::uint8_t> in) {
  store<std::uint32_t>(in, 2, load<std::uint32_t>(in, 2) + 7);
}

}  // namespace

extern const InstructionProbe elect_sync_probe{
    .feature = "elect_sync",
    .entry = "elect_sync",
    .instructions = instructions,
    .needs = {},
    .ptx = {8, 0},
    .operations = warps,
    .launch = {.grid = {1}, .block = {32 * warps}},
    .input_bytes = warps * sizeof(std::uint32_t),
    .element = Element::u32,
    .outputs = 2 * warps,
    .scratch_bytes = 0,
    .tensor_map = std::nullopt,
    .exact = &exact,
    .random = &random,
    .reference = &reference,
    .fault = {.what = "the word of warp 2 is larger by 7", .corrupt = &corrupt},
    .tolerance = {},
    .native_sass = native_sass,
    .rate = std::nullopt,
    .native_test = std::nullopt,
    // Without the election the predicate is false in every thread.
    .neutralise = {.line_with = "elect.sync", .replacement = "setp.ne.u32 p, 0, 0;"},
    .neutralise_exception = {},
};

}  // namespace bp
#endif
