// Host half of the TMA probes: a tensor of 48 rows of 64 words in the input buffer, and boxes cut
// out of it.
#pragma once

#include "probes/features/host.h"

namespace bp {

struct TileCopy {
  static constexpr int width = 64, height = 48;         // the tensor, in words
  static constexpr int box_width = 16, box_height = 8;  // 64 bytes a row
  static constexpr unsigned box_words = box_width * box_height;
  static constexpr std::size_t input_bytes = std::size_t{width} * height * sizeof(std::uint32_t);
  static constexpr TensorMap map{.type = TensorMap::Type::u32,
                                 .swizzle = TensorMap::Swizzle::none,
                                 .rank = 2,
                                 .dims = {width, height},
                                 .strides = {width * sizeof(std::uint32_t)},
                                 .box = {box_width, box_height},
                                 .offset = 0};

  static void exact(std::span<std::uint8_t> in) {
    for (unsigned i = 0; i < width * height; ++i) store<std::uint32_t>(in, i, i + 1);
  }

  /// From 1 to 2^31: never the zero of a place outside the tensor, never the value that stands for
  /// "no result".
  static void random(std::span<std::uint8_t> in, std::uint64_t seed) {
    Random values(seed);
    for (unsigned i = 0; i < width * height; ++i)
      store<std::uint32_t>(in, i, static_cast<std::uint32_t>(values.next() >> 33) + 1);
  }

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
};

}  // namespace bp
