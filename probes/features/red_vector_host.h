// Host half of the red vector probes: sums of small integers, which are exact in any order.
#pragma once

#include "probes/features/host.h"
#include "probes/features/red_vector.h"

namespace bp::red {

/// f32: four elements, then two, a thread. f16 and bf16: eight, then four pairs.
struct F32 {
  using Word = float;
  static constexpr unsigned elements = 6, limit = 1 << 20;
  static constexpr Element output = Element::f32;
  static float number(std::span<const std::uint8_t> in, std::size_t i) {
    return load<float>(in, i);
  }
  static void set(std::span<std::uint8_t> in, std::size_t i, int value) {
    store<float>(in, i, static_cast<float>(value));
  }
  /// Where element `i` of a place is, and the place.
  static std::size_t position(unsigned place, unsigned i) {
    return i < 4 ? place * 4 + i : places * 4 + place * 2 + (i - 4);
  }
  static constexpr std::size_t outputs = places * elements;
  static void add(std::span<double> out, std::span<const double> sums) {
    for (std::size_t i = 0; i < sums.size(); ++i) out[i] = sums[i];
  }
};

template <const SmallFloat& format, unsigned largest>
struct Half {
  using Word = std::uint16_t;
  static constexpr unsigned elements = 16, limit = largest;
  static constexpr Element output = Element::u32;
  static double number(std::span<const std::uint8_t> in, std::size_t i) {
    return format.decode(load<std::uint16_t>(in, i));
  }
  static void set(std::span<std::uint8_t> in, std::size_t i, int value) {
    store<std::uint16_t>(in, i, static_cast<std::uint16_t>(format.encode(value)));
  }
  static std::size_t position(unsigned place, unsigned i) {
    return i < 8 ? place * 8 + i : (places + place) * 8 + (i - 8);
  }
  static constexpr std::size_t outputs = places * elements / 2;
  /// Two elements to a word.
  static void add(std::span<double> out, std::span<const double> sums) {
    for (std::size_t i = 0; i < out.size(); ++i)
      out[i] = format.encode(sums[2 * i]) | format.encode(sums[2 * i + 1]) << 16;
  }
};

template <typename Kind>
void random(std::span<std::uint8_t> in, std::uint64_t seed) {
  Random values(seed);
  constexpr auto limit = static_cast<int>(Kind::limit);
  for (std::size_t i = 0; i < std::size_t{threads} * Kind::elements; ++i)
    Kind::set(in, i, values.between(-limit, limit));
}
template <typename Kind>
void exact(std::span<std::uint8_t> in) {
  random<Kind>(in, 2026);
}

template <typename Kind>
void reference(std::span<const std::uint8_t> in, std::span<double> out) {
  std::array<double, std::size_t{places} * Kind::elements> sums{};
  for (unsigned thread = 0; thread < threads; ++thread) {
    for (unsigned i = 0; i < Kind::elements; ++i) {
      const std::size_t element = std::size_t{thread} * Kind::elements + i;
      sums[Kind::position(thread % places, i)] += static_cast<double>(Kind::number(in, element));
    }
  }
  Kind::add(out, sums);
}

/// The third element of thread 77.
template <typename Kind>
void corrupt(std::span<std::uint8_t> in) {
  constexpr std::size_t element = 77 * Kind::elements + 2;
  Kind::set(in, element, static_cast<double>(Kind::number(in, element)) == 5 ? 6 : 5);
}

struct Names {
  std::string_view feature;
  std::string_view entry;
  std::span<const std::string_view> instructions;
  std::span<const std::string_view> native_sass;
};

template <typename Kind>
constexpr InstructionProbe describe(const Names& names) {
  return {
      .feature = names.feature,
      .entry = names.entry,
      .instructions = names.instructions,
      .needs = {},
      .ptx = {8, 1},
      .operations = std::uint64_t{threads} * Kind::elements,
      .launch = {.grid = {1}, .block = {threads}},
      .input_bytes = std::size_t{threads} * Kind::elements * sizeof(typename Kind::Word),
      .element = Kind::output,
      .outputs = Kind::outputs,
      .scratch_bytes = 0,
      .tensor_map = std::nullopt,
      .exact = &exact<Kind>,
      .random = &random<Kind>,
      .reference = &reference<Kind>,
      .fault = {.what = "one element that is added is another number", .corrupt = &corrupt<Kind>},
      .tolerance = {},
      .native_sass = names.native_sass,
      .rate = std::nullopt,
      .native_test = std::nullopt,
      // The sums stay zero.
      .neutralise = {.line_with = names.instructions[0], .replacement = {}},
      .neutralise_exception = {},
  };
}

}  // namespace bp::red
