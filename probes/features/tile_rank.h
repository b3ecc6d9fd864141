// Host half of the probes that load TMA tiles of rank 1, 3, 4 and 5. The input is four boxes'
// coordinates (five numbers each, in 32 words) and then the tensor. Two boxes lie inside it, one
// over its far edges and one over its near ones, where TMA delivers zeros (PTX ISA 9.0, 5.5
// "Tensors"). The first coordinate is a multiple of 4 words: see probes/ptx/tma.cuh.
#pragma once

#include "probes/features/words.h"

namespace bp {

template <int rank>
struct TileRank {
  using Extent = std::array<int, 5>;
  static constexpr Extent extent = rank == 1   ? Extent{1000, 1, 1, 1, 1}
                                   : rank == 3 ? Extent{20, 9, 7, 1, 1}
                                   : rank == 4 ? Extent{12, 7, 6, 5, 1}
                                               : Extent{12, 6, 5, 4, 3};
  static constexpr Extent box = rank == 1   ? Extent{256, 1, 1, 1, 1}
                                : rank == 3 ? Extent{16, 4, 4, 1, 1}
                                : rank == 4 ? Extent{8, 4, 4, 2, 1}
                                            : Extent{8, 4, 2, 2, 2};
  static constexpr std::size_t boxes = 4, box_words = 256, header = 32;
  static constexpr std::size_t tensor_words = [] {
    std::size_t words = 1;
    for (const int dim : extent) words *= static_cast<std::size_t>(dim);
    return words;
  }();

  static constexpr TensorMap map = [] {
    TensorMap tensor{
        .type = TensorMap::Type::u32, .rank = rank, .offset = header * sizeof(std::uint32_t)};
    std::uint64_t stride = sizeof(std::uint32_t);
    for (std::size_t d = 0; d < rank; ++d) {
      tensor.dims[d] = static_cast<std::uint64_t>(extent[d]);
      tensor.box[d] = static_cast<std::uint32_t>(box[d]);
      stride *= tensor.dims[d];
      if (d + 1 < rank) tensor.strides[d] = stride;
    }
    return tensor;
  }();

  static void exact(std::span<std::uint8_t> in) {
    words::exact(in);
    place(in, [](std::size_t, int limit) { return limit; });
  }
  static void random(std::span<std::uint8_t> in, std::uint64_t seed) {
    words::random(in, seed);
    Random values(seed);
    place(in, [&](std::size_t, int limit) { return values.between(1, limit); });
  }

  static void reference(std::span<const std::uint8_t> in, std::span<double> out) {
    for (std::size_t i = 0; i < out.size(); ++i) {
      std::size_t rest = i % box_words, index = 0, stride = 1;
      bool inside = true;
      for (std::size_t d = 0; d < rank; ++d) {
        const auto width = static_cast<std::size_t>(box[d]);
        const int at =
            load<std::int32_t>(in, i / box_words * 5 + d) + static_cast<int>(rest % width);
        inside = inside && at >= 0 && at < extent[d];
        if (inside) index += stride * static_cast<std::size_t>(at);
        rest /= width;
        stride *= static_cast<std::size_t>(extent[d]);
      }
      out[i] = inside ? load<std::uint32_t>(in, header + index) : 0.0;
    }
  }

  /// The first word of the first box.
  static void corrupt(std::span<std::uint8_t> in) {
    std::size_t index = header, stride = 1;
    for (std::size_t d = 0; d < rank; ++d) {
      index += stride * load<std::uint32_t>(in, d);
      stride *= static_cast<std::size_t>(extent[d]);
    }
    store<std::uint32_t>(in, index, load<std::uint32_t>(in, index) ^ 0x10100u);
  }

  struct Probe {
    std::string_view feature;
    std::string_view entry;
    std::span<const std::string_view> instructions;
    std::string_view line_with;
  };
  static constexpr std::array<std::string_view, 1> needs{"tma.load"};
  static constexpr std::array<std::string_view, 1> native_sass{"UTMALDG"};

  static constexpr InstructionProbe describe(const Probe& p) {
    return words::describe({
        .feature = p.feature,
        .entry = p.entry,
        .instructions = p.instructions,
        .needs = needs,
        .launch = {.grid = {1}, .block = {128}},
        .inputs = header + tensor_words,
        .outputs = boxes * box_words,
        .tensor_map = map,
        .exact = &TileRank::exact,
        .random = &TileRank::random,
        .reference = &TileRank::reference,
        .fault = {.what = "the first word of the first box gets another value",
                  .corrupt = &TileRank::corrupt},
        .native_sass = native_sass,
        // Without it nothing completes on the barrier, and the wait ends by the clock.
        .neutralise = {.line_with = p.line_with, .replacement = {}},
    });
  }

 private:
  /// `choose(dimension, limit)`: a number from 1 to limit.
  template <typename Choose>
  static void place(std::span<std::uint8_t> in, Choose choose) {
    for (std::size_t i = 0; i < header; ++i) store<std::uint32_t>(in, i, 0);
    for (std::size_t d = 0; d < rank; ++d) {
      const int unit = d == 0 ? 4 : 1;  // 16 bytes
      const int room = (extent[d] - box[d]) / unit, overhang = box[d] / unit - 1;
      const auto put = [&](std::size_t which, int at) {
        store<std::int32_t>(in, which * 5 + d, at * unit);
      };
      put(0, choose(d, room + 1) / 2);
      put(1, choose(d, room + 1) - 1);
      put(2, room + choose(d, overhang));
      put(3, -choose(d, overhang));
    }
  }
};

}  // namespace bp
