// cp.async: 16 bytes a thread from global to shared memory, in two groups; every eighth thread asks
// for none of them, and gets zeros.
#ifdef __CUDACC__
#include "probes/features/device.cuh"
#include "probes/ptx/cp_async.cuh"

BP_ENTRY(cp_async_16_bytes) {
  __shared__ alignas(16) uint4 pieces[2 * 128];
  const unsigned thread = threadIdx.x;
  const auto* source = reinterpret_cast<const uint4*>(in);
  // Neither zero nor an input: what is not copied shows.
  pieces[thread] = pieces[128 + thread] = make_uint4(~0u, ~0u, ~0u, ~0u);
  __syncthreads();
  for (unsigned group = 0; group < 2; ++group) {
    bp::ptx::cp_async_16(&pieces[128 * group + 127 - thread], &source[128 * group + thread],
                         thread % 8 != 3);
    bp::ptx::cp_async_commit();
  }
  auto* result = reinterpret_cast<uint4*>(out);
  bp::ptx::cp_async_wait<1>();
  __syncthreads();
  result[thread] = pieces[thread];
  bp::ptx::cp_async_wait<0>();
  __syncthreads();
  result[128 + thread] = pieces[128 + thread];
}

#else
#include "probes/features/host.h"

namespace bp {
namespace {

constexpr unsigned threads = 128;
constexpr unsigned words = 2 * threads * 4;
constexpr std::string_view instructions[] = {"cp.async.cg.shared.global", "cp.async.commit_group",
                                             "cp.async.wait_group"};
constexpr std::string_view native_sass[] = {"LDGSTS"};

void exact(std::span<std::uint8_t> in) {
  for (unsigned i = 0; i < words; ++i) store<std::uint32_t>(in, i, i + 1);
}

void random(std::span<std::uint8_t> in, std::uint64_t seed) {
  Random values(seed);
  for (unsigned i = 0; i < words; ++i) {
    store<std::uint32_t>(in, i, static_cast<std::uint32_t>(values.next() >> 33) + 1);
  }
}

void reference(std::span<const std::uint8_t> in, std::span<double> out) {
  for (unsigned group = 0; group < 2; ++group) {
    for (unsigned thread = 0; thread < threads; ++thread) {
      for (unsigned word = 0; word < 4; ++word) {
        const double value = load<std::uint32_t>(in, (threads * group + thread) * 4 + word);
        out[(threads * group + threads - 1 - thread) * 4 + word] = thread % 8 == 3 ? 0 : value;
      }
    }
  }
}

void corrupt(std::span<std::uint8_t> in) { in[4 * 777] ^= 1; }

}  // namespace

extern const InstructionProbe cp_async_probe{
    .feature = "cp_async",
    .entry = "cp_async_16_bytes",
    .instructions = instructions,
    .needs = {},
    .ptx = {7, 0},
    .operations = words * sizeof(std::uint32_t),  // bytes
    .launch = {.grid = {1}, .block = {threads}},
    .input_bytes = words * sizeof(std::uint32_t),
    .element = Element::u32,
    .outputs = words,
    .scratch_bytes = 0,
    .tensor_map = std::nullopt,
    .exact = &exact,
    .random = &random,
    .reference = &reference,
    .fault = {.what = "the lowest bit of word 777 is flipped", .corrupt = &corrupt},
    .tolerance = {},
    .native_sass = native_sass,
    .rate = std::nullopt,
    .native_test = std::nullopt,
    .neutralise = {.line_with = "cp.async.cg.", .replacement = {}},
    .neutralise_exception = {},
};

}  // namespace bp
#endif
