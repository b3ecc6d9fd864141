// Host half of the probes that do the same to many items, each a few words in, a few words out, all
// bits compared. What a probe says is a type:
//
//   struct Operation {
//     static constexpr unsigned items, words, results;   // items: a multiple of `block`
//     static void exact(std::span<std::uint32_t> in);    // items * words
//     static void random(Random& values, std::span<std::uint32_t> in);
//     static void apply(unsigned item, const std::uint32_t* in, Result* out);
//     // Words 0 of which one at least changes the result of item `fault_item`:
//     static constexpr std::array<std::uint32_t, 2> fault_words;
//   };
//
// Result is std::uint32_t, or float where the results are approximate.
#pragma once

#include <array>
#include <vector>

#include "probes/features/host.h"

namespace bp::elementwise {

inline constexpr unsigned block = 256;  // threads

template <typename Operation>
using Words = std::array<std::uint32_t, Operation::words>;
template <typename Operation>
using Results = std::array<typename Operation::Result, Operation::results>;

template <typename Operation>
constexpr std::size_t words = std::size_t{Operation::items} * Operation::words;

inline void store_all(std::span<std::uint8_t> in, std::span<const std::uint32_t> values) {
  for (std::size_t i = 0; i < values.size(); ++i) store<std::uint32_t>(in, i, values[i]);
}

template <typename Operation>
void exact(std::span<std::uint8_t> in) {
  std::vector<std::uint32_t> values(words<Operation>);
  Operation::exact(std::span(values));
  store_all(in, values);
}

template <typename Operation>
void random(std::span<std::uint8_t> in, std::uint64_t seed) {
  std::vector<std::uint32_t> values(words<Operation>);
  Random source(seed);
  Operation::random(source, std::span(values));
  store_all(in, values);
}

template <typename Operation>
Results<Operation> results_of(std::span<const std::uint8_t> in, unsigned item) {
  Words<Operation> w{};
  for (std::size_t i = 0; i < w.size(); ++i)
    w[i] = load<std::uint32_t>(in, std::size_t{item} * w.size() + i);
  Results<Operation> r{};
  Operation::apply(item, w.data(), r.data());
  return r;
}

template <typename Operation>
void reference(std::span<const std::uint8_t> in, std::span<double> out) {
  for (unsigned item = 0; item < Operation::items; ++item) {
    const auto r = results_of<Operation>(in, item);
    for (std::size_t i = 0; i < r.size(); ++i)
      out[std::size_t{item} * r.size() + i] = static_cast<double>(r[i]);
  }
}

template <typename Operation>
void corrupt(std::span<std::uint8_t> in) {
  constexpr unsigned item = Operation::items / 3;
  const auto before = results_of<Operation>(in, item);
  for (const std::uint32_t word : Operation::fault_words) {
    store<std::uint32_t>(in, std::size_t{item} * Operation::words, word);
    if (results_of<Operation>(in, item) != before) return;
  }
}

/// What the probes differ in.
struct Names {
  std::string_view feature;
  std::string_view entry;
  std::span<const std::string_view> instructions;
  PtxVersion ptx;
  std::span<const std::string_view> native_sass;
  Neutralise neutralise;
  Tolerance tolerance{};
};

template <typename Operation>
constexpr InstructionProbe describe(const Names& names) {
  static_assert(Operation::items % block == 0);
  using Result = typename Operation::Result;
  return {
      .feature = names.feature,
      .entry = names.entry,
      .instructions = names.instructions,
      .needs = {},
      .ptx = names.ptx,
      .operations = std::uint64_t{Operation::items} * Operation::results,
      .launch = {.grid = {Operation::items / block}, .block = {block}},
      .input_bytes = words<Operation> * sizeof(std::uint32_t),
      .element = std::is_same_v<Result, float> ? Element::f32 : Element::u32,
      .outputs = std::size_t{Operation::items} * Operation::results,
      .scratch_bytes = 0,
      .tensor_map = std::nullopt,
      .exact = &exact<Operation>,
      .random = &random<Operation>,
      .reference = &reference<Operation>,
      .fault = {.what = "one input word is replaced", .corrupt = &corrupt<Operation>},
      .tolerance = names.tolerance,
      .native_sass = names.native_sass,
      .rate = std::nullopt,
      .native_test = std::nullopt,
      .neutralise = names.neutralise,
      .neutralise_exception = {},
  };
}

}  // namespace bp::elementwise
