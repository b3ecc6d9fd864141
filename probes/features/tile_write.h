// Host half of the probes that write tiles of a tensor of 24 rows of 32 words, which lies behind
// the tiles in the input buffer and is what they give out.
#pragma once

#include <algorithm>

#include "probes/features/words.h"

namespace bp {

template <std::size_t tile_words, int box_width, int box_height>
struct TileWrite {
  static constexpr int width = 32, height = 24;
  static constexpr std::size_t tensor_words = std::size_t{width} * height;
  static constexpr TensorMap map{.type = TensorMap::Type::u32,
                                 .rank = 2,
                                 .dims = {width, height},
                                 .strides = {width * sizeof(std::uint32_t)},
                                 .box = {box_width, box_height},
                                 .offset = tile_words * sizeof(std::uint32_t)};
  static constexpr auto write_instructions =
      words::joined(words::bulk_group, std::array<std::string_view, 1>{"fence.proxy.async"});

  static void start(std::span<const std::uint8_t> in, std::span<double> out) {
    for (std::size_t i = 0; i < out.size(); ++i) out[i] = load<std::uint32_t>(in, tile_words + i);
  }

  /// Writes tile number `tile` to (x, y): combine(word of the tensor, word of the tile). What lies
  /// outside the tensor is dropped.
  template <typename Combine>
  static void write(std::span<const std::uint8_t> in, std::span<double> out, std::size_t tile,
                    int x, int y, Combine combine) {
    for (int row = 0; row < box_height; ++row) {
      for (int column = 0; column < box_width; ++column) {
        if (x + column >= width || y + row >= height) continue;
        const auto to = static_cast<std::size_t>((y + row) * width + x + column);
        const auto from = tile * std::size_t{box_width * box_height} +
                          static_cast<std::size_t>(row * box_width + column);
        out[to] = combine(load<std::uint32_t>(in, tile_words + to), load<std::uint32_t>(in, from));
      }
    }
  }

  struct Probe {
    std::string_view feature;
    std::string_view entry;
    std::span<const std::string_view> instructions;
    std::span<const std::string_view> needs{};
    PtxVersion ptx{8, 0};
    Required<Reference> reference;
    std::span<const std::string_view> native_sass;
    Neutralise neutralise;
  };
  static constexpr InstructionProbe describe(const Probe& p) {
    return words::describe({
        .feature = p.feature,
        .entry = p.entry,
        .instructions = p.instructions,
        .needs = p.needs,
        .ptx = p.ptx,
        .launch = {.grid = {1}, .block = {128}},
        .inputs = tile_words + tensor_words,
        .outputs = tensor_words,
        .tensor_map = map,
        .reference = p.reference,
        .fault = {.what = "a word of the first tile gets another value",
                  .corrupt = &words::flip<57>},
        .native_sass = p.native_sass,
        // Without it the tensor stays as it was.
        .neutralise = p.neutralise,
    });
  }
};

}  // namespace bp
