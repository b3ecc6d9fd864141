// Host half of the probes that gather rows of a 2-D tensor: twice four rows of 16 words, to one CTA
// or to several.
#pragma once

#include "probes/features/tile_copy.h"

namespace bp {

struct RowGather {
  static constexpr std::size_t words_of_cta = std::size_t{2} * 4 * 16;
  static constexpr TensorMap map = [] {
    TensorMap rows = TileCopy::map;
    rows.box = {16, 1};
    return rows;
  }();
  static constexpr std::array<std::string_view, 1> native_sass{"UTMALDG.2D.GATHER4"};

  /// Every CTA gets the same rows.
  static void reference(std::span<const std::uint8_t> in, std::span<double> out) {
    struct Row {
      int x, y;
    };
    constexpr Row rows[] = {{20, 5},  {20, 40}, {20, 0}, {20, 23},
                            {48, 47}, {48, 2},  {48, 9}, {48, 31}};
    for (std::size_t i = 0; i < out.size(); ++i) {
      const auto& row = rows[i / 16 % std::size(rows)];
      out[i] = load<std::uint32_t>(
          in, static_cast<std::size_t>(row.y * TileCopy::width + row.x) + i % 16);
    }
  }

  static void corrupt(std::span<std::uint8_t> in) { TileCopy::corrupt_at(in, 30, 40); }

  static constexpr InstructionProbe describe(std::string_view feature, std::string_view entry,
                                             std::span<const std::string_view> instructions,
                                             std::span<const std::string_view> needs, unsigned ctas,
                                             std::span<const std::string_view> sass = native_sass) {
    return words::describe({
        .feature = feature,
        .entry = entry,
        .instructions = instructions,
        .needs = needs,
        .ptx = {8, 6},
        .launch = {.grid = {ctas}, .block = {128}, .cluster = {ctas, 1, 1}},
        .inputs = std::size_t{TileCopy::width} * TileCopy::height,
        .outputs = ctas * words_of_cta,
        .tensor_map = map,
        .reference = &RowGather::reference,
        .fault = {.what = "the word at (30, 40) gets another value",
                  .corrupt = &RowGather::corrupt},
        .native_sass = sass,
        // Without it nothing completes on the barriers, and the waits end by the clock.
        .neutralise = {.line_with = "cp.async.bulk.tensor.2d.", .replacement = ""},
    });
  }
};

}  // namespace bp
