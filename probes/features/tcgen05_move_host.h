// The common part of the descriptions of probes that move words to and from Tensor Memory.
#pragma once

#include "probes/features/host.h"

namespace bp::tcgen05 {

/// What such a probe says of itself; `describe_move` adds the rest.
struct Moves {
  std::string_view feature;
  std::string_view entry;
  std::span<const std::string_view> instructions;
  PtxVersion ptx = {8, 6};
  std::size_t input_words = 0;
  std::size_t outputs = 0;
  unsigned threads = 32;
  unsigned ctas = 1;  // of one cluster
  Required<Reference> reference;
  Fault fault;
  std::span<const std::string_view> native_sass;
  std::string_view neutralise = {};
  std::string_view neutralise_exception = {};
};

/// Words that are all different, and different in their lower halves too.
inline void numbered(std::span<std::uint8_t> in) {
  for (std::uint32_t i = 0; i < in.size() / 4; ++i)
    store<std::uint32_t>(in, i, (i + 1) | (~i & 0x7fffu) << 16);
}
/// 31 bits: never the value that stands for "no result".
inline void random_words(std::span<std::uint8_t> in, std::uint64_t seed) {
  Random values(seed);
  for (std::size_t i = 0; i < in.size() / 4; ++i)
    store<std::uint32_t>(in, i, static_cast<std::uint32_t>(values.next() >> 33));
}

inline constexpr std::string_view needs_of_move[] = {"tcgen05.tmem"};
inline constexpr std::string_view needs_of_copy[] = {"tcgen05.tmem", "mbarrier"};
inline constexpr std::string_view needs_of_cluster[] = {"tcgen05.tmem", "cluster.launch",
                                                        "mbarrier"};

constexpr InstructionProbe describe_move(const Moves& moves, bool waits = false) {
  using Needs = std::span<const std::string_view>;
  return {
      .feature = moves.feature,
      .entry = moves.entry,
      .instructions = moves.instructions,
      .needs = moves.ctas > 1 ? Needs(needs_of_cluster)
               : waits        ? Needs(needs_of_copy)
                              : Needs(needs_of_move),
      .ptx = moves.ptx,
      .operations = moves.outputs * sizeof(std::uint32_t),  // bytes
      .launch = {.grid = {moves.ctas}, .block = {moves.threads}, .cluster = {moves.ctas, 1, 1}},
      .input_bytes = moves.input_words * sizeof(std::uint32_t),
      .element = Element::u32,
      .outputs = moves.outputs,
      .scratch_bytes = 0,
      .tensor_map = std::nullopt,
      .exact = &numbered,
      .random = &random_words,
      .reference = moves.reference,
      .fault = moves.fault,
      .tolerance = {},
      .native_sass = moves.native_sass,
      .rate = std::nullopt,
      .native_test = std::nullopt,
      .neutralise = {.line_with = moves.neutralise, .replacement = ""},
      .neutralise_exception = moves.neutralise_exception,
  };
}

}  // namespace bp::tcgen05
