// Host half of the tcgen05.cp probes. The input is a tile of rows; Plan::row_at(lane, column) names
// the row that a cell of Tensor Memory gets, or -1; its word in the row is the column modulo the
// row's length.
#pragma once

#include <array>

#include "probes/features/tcgen05_copy_plan.h"
#include "probes/features/tcgen05_move_host.h"

namespace bp::tcgen05 {

inline constexpr std::string_view native_copy_sass[] = {"UTCCP"};

/// The instructions around `own`.
template <typename... Own>
constexpr auto instructions_of_transfer(Own... own) {
  return std::array<std::string_view, 14 + sizeof...(own)>{
      own...,
      "tcgen05.commit.cta_group::1.mbarrier::arrive::one.shared::cluster.b64",
      "tcgen05.st.sync.aligned.32x32b.x32.b32",
      "tcgen05.ld.sync.aligned.32x32b.x32.b32",
      "tcgen05.wait::st.sync.aligned",
      "tcgen05.wait::ld.sync.aligned",
      "tcgen05.alloc.cta_group::1.sync.aligned.shared::cta.b32",
      "tcgen05.relinquish_alloc_permit.cta_group::1.sync.aligned",
      "tcgen05.dealloc.cta_group::1.sync.aligned.b32",
      "tcgen05.fence::before_thread_sync",
      "tcgen05.fence::after_thread_sync",
      "mbarrier.init.shared::cta.b64",
      "mbarrier.try_wait.parity.shared::cta.b64",
      "fence.mbarrier_init.release.cluster",
      "fence.proxy.async.shared::cta"};
}

template <typename Plan>
struct Copy {
  static constexpr std::size_t row_words = Plan::row_bytes / 4;
  static constexpr std::size_t words = Plan::tile_rows * row_words;

  static void reference(std::span<const std::uint8_t> in, std::span<double> out) {
    for (unsigned lane = 0; lane < 128; ++lane) {
      for (unsigned column = 0; column < Plan::columns; ++column) {
        const int row = Plan::row_at(lane, column);
        out[lane * Plan::columns + column] =
            row < 0 ? Plan::blank
                    : load<std::uint32_t>(
                          in, static_cast<std::size_t>(row) * row_words + column % row_words);
      }
    }
  }
  /// A word of the third row from the end.
  static void corrupt(std::span<std::uint8_t> in) {
    const std::size_t word = words - 2 * row_words - 2;
    store<std::uint32_t>(in, word, load<std::uint32_t>(in, word) ^ 0x10100u);
  }
};

template <typename Plan>
constexpr InstructionProbe describe_copy(std::string_view feature, std::string_view entry,
                                         std::span<const std::string_view> instructions) {
  return describe_move(
      {
          .feature = feature,
          .entry = entry,
          .instructions = instructions,
          .input_words = Copy<Plan>::words,
          .outputs = 128 * Plan::columns,
          .threads = 128,
          .reference = &Copy<Plan>::reference,
          .fault = {.what = "one word of the third row from the end gets another value",
                    .corrupt = &Copy<Plan>::corrupt},
          .native_sass = native_copy_sass,
          // Without it the columns keep what was stored there first; the commit still arrives.
          .neutralise = "tcgen05.cp.",
      },
      true);
}

}  // namespace bp::tcgen05
