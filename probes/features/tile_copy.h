// Host half of the TMA probes: a tensor of 48 rows of 64 words in the input buffer, and boxes cut
// out of it.
#pragma once

#include "probes/features/words.h"

namespace bp {

struct TileCopy {
  static constexpr int width = 64, height = 48;         // the tensor, in words
  static constexpr int box_width = 16, box_height = 8;  // 64 bytes a row
  static constexpr unsigned box_words = box_width * box_height;
  static constexpr TensorMap map{.type = TensorMap::Type::u32,
                                 .swizzle = TensorMap::Swizzle::none,
                                 .rank = 2,
                                 .dims = {width, height},
                                 .strides = {width * sizeof(std::uint32_t)},
                                 .box = {box_width, box_height},
                                 .offset = 0};

  /// The box at (x, y), row by row. Outside the tensor TMA delivers zeros (PTX ISA 9.0, 5.5
  /// "Tensors").
  static void box(std::span<const std::uint8_t> in, int x, int y, std::span<double> out) {
    for (int row = 0; row < box_height; ++row) {
      for (int column = 0; column < box_width; ++column) {
        const int tx = x + column, ty = y + row;
        const bool inside = tx >= 0 && tx < width && ty >= 0 && ty < height;
        out[static_cast<std::size_t>(row * box_width + column)] =
            inside ? load<std::uint32_t>(in, static_cast<std::size_t>(ty * width + tx)) : 0.0;
      }
    }
  }

  static void corrupt_at(std::span<std::uint8_t> in, int x, int y) {
    const auto index = static_cast<std::size_t>(y * width + x);
    store<std::uint32_t>(in, index, load<std::uint32_t>(in, index) ^ 0x10100u);
  }
  /// A word of the box at (20, 13), which every probe loads.
  static void corrupt(std::span<std::uint8_t> in) { corrupt_at(in, 30, 17); }

  struct Probe {
    std::string_view feature;
    std::string_view entry;
    std::span<const std::string_view> instructions;
    std::span<const std::string_view> needs;
    PtxVersion ptx{8, 0};
    unsigned ctas = 1;  // a cluster
    std::size_t outputs = box_words;
    Required<Reference> reference;
    std::span<const std::string_view> native_sass;
    Neutralise neutralise{};
    std::string_view neutralise_exception{};
  };
  static constexpr InstructionProbe describe(const Probe& p) {
    return words::describe({
        .feature = p.feature,
        .entry = p.entry,
        .instructions = p.instructions,
        .needs = p.needs,
        .ptx = p.ptx,
        .launch = {.grid = {p.ctas}, .block = {box_words}, .cluster = {p.ctas, 1, 1}},
        .inputs = std::size_t{width} * height,
        .outputs = p.outputs,
        .tensor_map = map,
        .reference = p.reference,
        .fault = {.what = "the word at (30, 17) gets another value", .corrupt = &TileCopy::corrupt},
        .native_sass = p.native_sass,
        .neutralise = p.neutralise,
        .neutralise_exception = p.neutralise_exception,
    });
  }
};

}  // namespace bp
