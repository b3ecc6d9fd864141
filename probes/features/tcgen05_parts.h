// Host half of the tcgen05.alloc probes.
#pragma once

#include "probes/features/tcgen05_group.h"
#include "probes/features/tcgen05_move_host.h"
#include "probes/features/words.h"

namespace bp::tcgen05 {

template <unsigned cta_group>
struct Parts {
  static constexpr std::size_t count = std::size_t{cta_group} * 32 * 6 * 2;

  static constexpr auto instructions() {
    constexpr std::array<std::string_view, 4> moves{
        "tcgen05.st.sync.aligned.32x32b.x1.b32", "tcgen05.ld.sync.aligned.32x32b.x1.b32",
        "tcgen05.wait::st.sync.aligned", "tcgen05.wait::ld.sync.aligned"};
    if constexpr (cta_group == 2) {
      return bp::words::joined(allocation<2>, moves, barrier_of_pair);
    } else {
      return bp::words::joined(allocation<1>, moves);
    }
  }

  static void reference(std::span<const std::uint8_t> in, std::span<double> out) {
    for (std::size_t i = 0; i < count; ++i) out[i] = load<std::uint32_t>(in, i);
  }

  /// Of the last CTA.
  static void corrupt(std::span<std::uint8_t> in) {
    const std::size_t word = count - 207;
    store<std::uint32_t>(in, word, load<std::uint32_t>(in, word) ^ 0x10100u);
  }

  static constexpr InstructionProbe describe(std::string_view feature, std::string_view entry,
                                             std::span<const std::string_view> instructions,
                                             std::span<const std::string_view> native_sass) {
    return describe_move({
        .feature = feature,
        .entry = entry,
        .instructions = instructions,
        .input_words = count,
        .outputs = count,
        .ctas = cta_group,
        .reference = &Parts::reference,
        .fault = {.what = "the tenth of the values of lane 14 is another",
                  .corrupt = &Parts::corrupt},
        .native_sass = native_sass,
        .neutralise_exception =
            "Tensor Memory that is not allocated may not be touched: it would crash",
    });
  }
};

}  // namespace bp::tcgen05
