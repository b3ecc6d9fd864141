// Host half of the tcgen05.cp probes. The input is a tile of rows; Plan::row_at(lane, column) names
// the row that a cell of Tensor Memory gets, or -1; its word in the row is the column modulo the
// row's length.
#pragma once

#include <array>

#include "probes/features/tcgen05_copy_plan.h"
#include "probes/features/tcgen05_group.h"
#include "probes/features/tcgen05_move_host.h"

namespace bp::tcgen05 {

inline constexpr std::string_view native_copy_sass[] = {"UTCCP"};

/// `own` and the instructions around it.
template <unsigned cta_group = 1, typename... Own>
constexpr auto instructions_of_transfer(Own... own) {
  constexpr std::size_t others = cta_group == 2 ? 16 : 14;
  std::array<std::string_view, others + sizeof...(own)> list{
      own...,
      commit<cta_group>,
      allocation<cta_group>[0],
      allocation<cta_group>[1],
      allocation<cta_group>[2],
      "tcgen05.st.sync.aligned.32x32b.x32.b32",
      "tcgen05.ld.sync.aligned.32x32b.x32.b32",
      "tcgen05.wait::st.sync.aligned",
      "tcgen05.wait::ld.sync.aligned",
      "tcgen05.fence::before_thread_sync",
      "tcgen05.fence::after_thread_sync",
      "mbarrier.init.shared::cta.b64",
      "mbarrier.try_wait.parity.shared::cta.b64",
      "fence.mbarrier_init.release.cluster",
      "fence.proxy.async.shared::cta"};
  if constexpr (cta_group == 2) {
    list[sizeof...(own) + 14] = barrier_of_pair[0];
    list[sizeof...(own) + 15] = barrier_of_pair[1];
  }
  return list;
}

template <typename Plan>
struct Copy {
  static constexpr std::size_t row_words = Plan::row_bytes / 4;
  static constexpr std::size_t words = std::size_t{Plan::cta_group} * Plan::tile_rows * row_words;

  static void reference(std::span<const std::uint8_t> in, std::span<double> out) {
    for (unsigned i = 0; i < Plan::cta_group * 128; ++i) {
      const unsigned rank = i / 128, lane = i % 128;
      for (unsigned column = 0; column < Plan::columns; ++column) {
        const int row = Plan::row_at(lane, column);
        const auto of_all = rank * Plan::tile_rows + static_cast<unsigned>(row);
        out[i * Plan::columns + column] =
            row < 0 ? Plan::blank
                    : load<std::uint32_t>(in, of_all * row_words + column % row_words);
      }
    }
  }
  /// A word of the third row from the end, of CTA 1 where there are two.
  static void corrupt(std::span<std::uint8_t> in) {
    const std::size_t word = words - 2 * row_words - 2;
    store<std::uint32_t>(in, word, load<std::uint32_t>(in, word) ^ 0x10100u);
  }
};

template <typename Plan>
constexpr InstructionProbe describe_copy(
    std::string_view feature, std::string_view entry,
    std::span<const std::string_view> instructions,
    std::span<const std::string_view> native_sass = native_copy_sass) {
  return describe_move(
      {
          .feature = feature,
          .entry = entry,
          .instructions = instructions,
          .input_words = Copy<Plan>::words,
          .outputs = std::size_t{Plan::cta_group} * 128 * Plan::columns,
          .threads = 128,
          .ctas = Plan::cta_group,
          .reference = &Copy<Plan>::reference,
          .fault = {.what = "one word of the third row from the end gets another value",
                    .corrupt = &Copy<Plan>::corrupt},
          .native_sass = native_sass,
          // Without it the columns keep what was stored there first; the commit still arrives.
          .neutralise = "tcgen05.cp.",
      },
      true);
}

}  // namespace bp::tcgen05
