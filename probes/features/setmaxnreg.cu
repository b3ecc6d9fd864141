// setmaxnreg: one warpgroup takes registers that another gives back, and then keeps more values in
// registers than either had at the start. Registers alone would not change a number (the assembler
// would spill), but taking them must *wait* for the other warpgroup: it tells by a flag, raised
// just before the registers are given back.
#ifdef __CUDACC__
#include "probes/features/device.cuh"
#include "probes/features/setmaxnreg_sizes.h"
#include "probes/ptx/setmaxnreg.cuh"

// 256 threads and two blocks to an SM of 65536 registers: 128 for each thread at entry.
BP_ENTRY_BOUNDS(setmaxnreg_pool, 256, 2) {
  using namespace bp::setmaxnreg;
  __shared__ unsigned giving;
  const auto* words = reinterpret_cast<const unsigned*>(in);
  auto* result = reinterpret_cast<unsigned*>(out);
  const unsigned thread = threadIdx.x;
  if (thread == 0) giving = 0;
  __syncthreads();

  if (thread < warpgroup) {
    bp::ptx::setmaxnreg_inc<more>();
    const unsigned seen = atomicAdd(&giving, 0u);
    unsigned x[values];
#pragma unroll
    for (unsigned i = 0; i < values; ++i) x[i] = words[thread] * (2 * i + 1) + words[i];
#pragma unroll 1
    for (unsigned round = 0; round < rounds; ++round) {
#pragma unroll
      for (unsigned i = 0; i < values; ++i) x[i] = x[i] * 5 + (x[(i + 1) % values] ^ round);
    }
    unsigned sum = 0;
#pragma unroll
    for (unsigned i = 0; i < values; ++i) sum = sum * 3 + x[i];
    result[thread] = sum;
    result[2 * warpgroup + thread] = seen;
  } else {
    const long long start = clock64();
    while (clock64() - start < 100000) {
    }
    if (thread == warpgroup) atomicExch(&giving, 1u);
    __threadfence_block();
    // The four warps of this warpgroup, so that none gives before the flag is up.
    asm volatile("bar.sync 1, 128;" ::: "memory");
    bp::ptx::setmaxnreg_dec<fewer>();
    result[thread] = words[thread] * 3 + 1;
  }
}

#else
#include <vector>

#include "probes/features/host.h"
#include "probes/features/setmaxnreg_sizes.h"

namespace bp {
namespace {

using namespace setmaxnreg;
constexpr unsigned threads = 2 * warpgroup;
constexpr std::string_view instructions[] = {"setmaxnreg.inc.sync.aligned.u32",
                                             "setmaxnreg.dec.sync.aligned.u32"};
constexpr std::string_view native_sass[] = {"USETMAXREG"};

void exact(std::span<std::uint8_t> in) {
  for (unsigned i = 0; i < threads; ++i) store<std::uint32_t>(in, i, i + 1);
}

void random(std::span<std::uint8_t> in, std::uint64_t seed) {
  Random random_words(seed);
  for (unsigned i = 0; i < threads; ++i) {
    store<std::uint32_t>(in, i, static_cast<std::uint32_t>(random_words.next() >> 32));
  }
}

void reference(std::span<const std::uint8_t> in, std::span<double> out) {
  std::vector<std::uint32_t> x(values);
  for (unsigned thread = 0; thread < warpgroup; ++thread) {
    for (unsigned i = 0; i < values; ++i) {
      x[i] = load<std::uint32_t>(in, thread) * (2 * i + 1) + load<std::uint32_t>(in, i);
    }
    for (unsigned round = 0; round < rounds; ++round) {
      for (unsigned i = 0; i < values; ++i) x[i] = x[i] * 5 + (x[(i + 1) % values] ^ round);
    }
    std::uint32_t sum = 0;
    for (const std::uint32_t value : x) sum = sum * 3 + value;
    out[thread] = sum;
    out[warpgroup + thread] = load<std::uint32_t>(in, warpgroup + thread) * 3 + 1;
    out[threads + thread] = 1;
  }
}

void corrupt(std::span<std::uint8_t> in) { in[4 * 77] ^= 1; }

}  // namespace

extern const InstructionProbe setmaxnreg_probe{
    .feature = "setmaxnreg",
    .entry = "setmaxnreg_pool",
    .instructions = instructions,
    .needs = {},
    .ptx = {8, 0},
    .operations = threads / 32,
    .launch = {.grid = {1}, .block = {threads}},
    .input_bytes = threads * sizeof(std::uint32_t),
    .element = Element::u32,
    .outputs = threads + warpgroup,
    .scratch_bytes = 0,
    .tensor_map = std::nullopt,
    .exact = &exact,
    .random = &random,
    .reference = &reference,
    .fault = {.what = "the lowest bit of word 77 is flipped", .corrupt = &corrupt},
    .tolerance = {},
    .native_sass = native_sass,
    .rate = std::nullopt,
    .native_test = std::nullopt,
    // Nobody waits for registers then: the flag is read long before it is raised.
    .neutralise = {.line_with = "setmaxnreg.", .replacement = {}},
    .neutralise_exception = {},
};

}  // namespace bp
#endif
