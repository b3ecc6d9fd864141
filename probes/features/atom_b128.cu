// Atomics on 128 bits. Each thread tries cas.b128 on a place of its own, with the value that is
// there or one that differs in a single word; then all exchange one place, whose two halves belong
// together: whoever reads a torn value gets halves that do not.
#ifdef __CUDACC__
#include "probes/features/atom_b128_layout.h"
#include "probes/features/device.cuh"
#include "probes/ptx/wide_memory.cuh"

BP_ENTRY(atom_b128) {
  using namespace bp::atom_b128;
  const unsigned thread = threadIdx.x;
  const auto* words = reinterpret_cast<const unsigned*>(in) + in_words * thread;
  auto* result = reinterpret_cast<unsigned*>(out);
  const auto pair = [](unsigned w0, unsigned w1, unsigned w2, unsigned w3) {
    return bp::ptx::Pair{static_cast<unsigned long long>(w1) << 32 | w0,
                         static_cast<unsigned long long>(w3) << 32 | w2};
  };

  auto* own = result + out_words * thread;
  *reinterpret_cast<uint4*>(own) = make_uint4(words[0], words[1], words[2], words[3]);
  unsigned expected[4];
  for (unsigned i = 0; i < 4; ++i) expected[i] = words[i] ^ (words[8] == i ? 1u : 0u);
  const auto old =
      bp::ptx::atom_cas_b128(own, pair(expected[0], expected[1], expected[2], expected[3]),
                             pair(words[4], words[5], words[6], words[7]));
  own[4] = static_cast<unsigned>(old.low);
  own[5] = static_cast<unsigned>(old.low >> 32);
  own[6] = static_cast<unsigned>(old.high);
  own[7] = static_cast<unsigned>(old.high >> 32);

  // The place is zero at first; of the threads' values and the one that stays at the end, all are
  // read once but the zero.
  auto* shared = result + shared_at;
  auto* sum = shared + 4;
  const unsigned token = words[4];
  const auto before =
      bp::ptx::atom_exch_b128(shared, {token, static_cast<unsigned long long>(token) * factor});
  own[8] = before.high == before.low * factor ? 1 : 0;
  for (unsigned i = 9; i < out_words; ++i) own[i] = 0;
  atomicAdd(sum, static_cast<unsigned>(before.low));
  __syncthreads();
  if (thread != 0) return;
  const auto last = bp::ptx::atom_exch_b128(shared, {0, 0});
  result[sum_at] = atomicAdd(sum, 0u) + static_cast<unsigned>(last.low);
  result[sum_at + 1] = last.high == last.low * factor ? 1 : 0;
}

#else
#include "probes/features/atom_b128_layout.h"
#include "probes/features/host.h"

namespace bp {
namespace {

using namespace atom_b128;
constexpr std::string_view instructions[] = {"atom.global.cas.b128", "atom.global.exch.b128",
                                             "mov.b128"};
constexpr std::string_view native_sass[] = {"ATOMG.E.CAS.128"};

/// Words 0 to 3 are there, 4 to 7 are to come; word 8 says which of the first four the expected
/// value has wrong, 4 to 7 that it has none.
void random(std::span<std::uint8_t> in, std::uint64_t seed) {
  Random values(seed);
  for (std::size_t i = 0; i < std::size_t{threads} * in_words; ++i) {
    const bool choice = i % in_words == 8;
    store<std::uint32_t>(in, i,
                         choice ? static_cast<std::uint32_t>(values.between(0, 7))
                                : static_cast<std::uint32_t>(values.next() >> 32));
  }
}

void exact(std::span<std::uint8_t> in) {
  random(in, 2026);
  for (std::size_t i = 0; i < threads; ++i)
    store<std::uint32_t>(in, i * in_words + 8, static_cast<std::uint32_t>(i % 8));
}

void reference(std::span<const std::uint8_t> in, std::span<double> out) {
  std::uint32_t sum = 0;
  for (std::size_t thread = 0; thread < threads; ++thread) {
    const auto word = [&](std::size_t i) { return load<std::uint32_t>(in, thread * in_words + i); };
    double* own = &out[thread * out_words];
    for (std::size_t i = 0; i < 4; ++i) {
      own[i] = word(word(8) < 4 ? i : 4 + i);
      own[4 + i] = word(i);
    }
    own[8] = 1;
    for (std::size_t i = 9; i < out_words; ++i) own[i] = 0;
    sum += word(4);
  }
  out[sum_at] = sum;
  out[sum_at + 1] = 1;
}

/// The expected value of thread 9, which is right, gets a wrong word; or the other way round.
void corrupt(std::span<std::uint8_t> in) {
  constexpr std::size_t choice = 9 * in_words + 8;
  store<std::uint32_t>(in, choice, load<std::uint32_t>(in, choice) < 4 ? 7 : 2);
}

}  // namespace

extern const InstructionProbe atom_b128_probe{
    .feature = "atom.b128",
    .entry = "atom_b128",
    .instructions = instructions,
    .needs = {},
    .ptx = {8, 3},
    .operations = 2 * threads + 1,
    .launch = {.grid = {1}, .block = {threads}},
    .input_bytes = std::size_t{threads} * in_words * sizeof(std::uint32_t),
    .element = Element::u32,
    .outputs = sum_at + 2,
    .scratch_bytes = 32 * sizeof(std::uint32_t),
    .tensor_map = std::nullopt,
    .exact = &exact,
    .random = &random,
    .reference = &reference,
    .fault = {.what = "whether one comparison holds is turned round", .corrupt = &corrupt},
    .tolerance = {},
    .native_sass = native_sass,
    .rate = std::nullopt,
    .native_test = std::nullopt,
    // Nothing is stored, and the old value is what the register held.
    .neutralise = {.line_with = "atom.global.cas.b128", .replacement = "mov.b128 %0, %2;"},
    .neutralise_exception = {},
};

}  // namespace bp
#endif
