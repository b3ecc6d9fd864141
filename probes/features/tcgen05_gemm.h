// Host half of the tcgen05.mma probes: inputs, reference, planted fault and the common part of the
// description of D = A B, with B given by columns, for every Plan and element format.
#pragma once

#include <algorithm>
#include <array>
#include <type_traits>
#include <vector>

#include "probes/features/tcgen05_elements.h"
#include "probes/features/tcgen05_group.h"
#include "probes/features/tcgen05_plan.h"

namespace bp::tcgen05 {

template <typename Plan, typename A, typename B = A, typename Scale = Unscaled>
class Gemm {
 public:
  using P = Derived<Plan>;
  // Padded elements take 16 bytes for each 16.
  static constexpr unsigned k = P::b_row * 8 / (B::padded ? 8 : B::bits);
  static constexpr std::size_t outputs = std::size_t{P::m} * P::n;
  static constexpr std::uint64_t operations = std::uint64_t{2} * P::m * P::n * k;
  static constexpr bool integer = std::is_same_v<A, S8>;
  static constexpr bool scaled = P::scales != 0;

  /// Small integers without a pattern (a fixed seed), so that every misplaced element shows; scales
  /// are 0.5, 1 or 2. Sums then fit in fewer bits than any accumulator keeps.
  static void exact(std::span<std::uint8_t> in) {
    // With scales, smaller elements: products are multiples of a quarter then.
    constexpr int divisor = scaled && !integer ? 2 : 1;
    Random values(0x74636735);
    fill(
        in, values, [&](int limit, double) { return double(values.between(-limit, limit)); },
        [&] { return Scale::exact(values); }, divisor);
  }

  static void random(std::span<std::uint8_t> in, std::uint64_t seed) {
    Random values(seed);
    fill(
        in, values, [&](int, double limit) { return limit * values.unit(); },
        [&] { return Scale::random(values); }, 1);
  }

  static void reference(std::span<const std::uint8_t> in, std::span<double> out) {
    // Decoded once: the loop below reads each element M or N times.
    const auto a = rows_of_a(in);
    const auto b = columns_of_b(in);
    for (std::size_t m = 0; m < P::m; ++m) {
      for (std::size_t n = 0; n < P::n; ++n) {
        double sum = 0;
        for (std::size_t i = 0; i < k; ++i) sum += a[m * k + i] * b[n * k + i];
        out[m * P::n + n] = sum;
      }
    }
  }

  /// Row 101 of A, of CTA 1 where there are two (.ws: row 5).
  static void corrupt(std::span<std::uint8_t> in) {
    constexpr std::size_t row = P::m - 27;
    if constexpr (scaled) {
      for (unsigned i = 0; i < P::scales * P::steps; ++i) {
        std::uint8_t& scale = in[scale_at(row, i)];
        scale = Scale::doubled(scale);
      }
    } else if constexpr (P::sparse) {
      const auto at = in.subspan(P::metadata_offset + row * P::metadata_words * 4);
      for (unsigned i = 0; i < P::metadata_words * 4; ++i)
        at[i] = at[i] == 0x44 ? std::uint8_t{0xee} : std::uint8_t{0x44};
    } else {
      const auto bytes = in.subspan(row * P::a_row, P::a_row);
      const unsigned element = stored - 3;
      const double old = A::decode(bits_at(bytes, bit<A>(element), A::bits));
      set_bits_at(bytes, bit<A>(element), A::bits,
                  A::encode(old > 0 ? -A::fault_value : A::fault_value));
    }
  }
  static constexpr std::string_view fault =
      scaled      ? "the scales of A's 27th row from the end are doubled"
      : P::sparse ? "the places of the elements of A's 27th row from the end are others"
                  : "element (m - 27, k - 3) of A gets another sign and size";

 private:
  // Elements of A that are stored, of `chunk` in its row. Sparse: kind::tf32 1 of 2, others 2 of 4,
  // 4-bit ones in pairs ("Sparse Matrices").
  static constexpr unsigned stored = P::sparse ? k / 2 : k;
  static constexpr unsigned chunk = A::bits == 32 ? 2 : A::bits == 4 && !A::padded ? 8 : 4;
  static constexpr unsigned block = scaled ? k / (P::scales * P::steps) : k;

  template <typename E>
  static constexpr std::size_t bit(std::size_t element) {
    return E::padded ? element / 16 * 128 + element % 16 * E::bits : element * E::bits;
  }
  /// `line`: a row of A, or m + a column of B.
  static std::size_t scale_at(std::size_t line, std::size_t index) {
    return P::scale_offset + line * P::scale_words * 4 + index;
  }
  static double scale(std::span<const std::uint8_t> in, std::size_t line, std::size_t element) {
    if constexpr (scaled) return Scale::decode(in[scale_at(line, element / block)]);
    return 1;
  }
  static std::uint32_t indices(std::span<const std::uint8_t> in, std::size_t row,
                               std::size_t number) {
    return bits_at(in.subspan(P::metadata_offset + row * P::metadata_words * 4), 4 * number, 4);
  }

  /// Where element `i` of a row of A, as stored, belongs in the row.
  static std::size_t place(std::span<const std::uint8_t> in, std::size_t row, std::size_t i) {
    if constexpr (!P::sparse) return i;
    constexpr unsigned kept = chunk / 2;
    const std::uint32_t index = indices(in, row, i / kept);
    const std::size_t start = i / kept * chunk;
    // 0b0100: the first of two; 0b1110: the second.
    if constexpr (chunk == 2) return start + (index == 0b1110 ? 1 : 0);
    constexpr unsigned group = chunk / 4;  // elements that share an index
    const std::size_t slot = i % kept;
    return start + (index >> (2 * (slot / group)) & 3) * group + slot % group;
  }

  static std::vector<double> rows_of_a(std::span<const std::uint8_t> in) {
    std::vector<double> values(std::size_t{P::m} * k);
    for (std::size_t row = 0; row < P::m; ++row) {
      const auto bytes = in.subspan(row * P::a_row, P::a_row);
      for (std::size_t i = 0; i < stored; ++i) {
        const std::size_t at = place(in, row, i);
        values[row * k + at] = A::decode(bits_at(bytes, bit<A>(i), A::bits)) * scale(in, row, at);
      }
    }
    return values;
  }
  static std::vector<double> columns_of_b(std::span<const std::uint8_t> in) {
    std::vector<double> values(std::size_t{P::n} * k);
    for (std::size_t column = 0; column < P::n; ++column) {
      const auto bytes = in.subspan(P::b_offset + column * P::b_row, P::b_row);
      for (std::size_t i = 0; i < k; ++i)
        values[column * k + i] =
            B::decode(bits_at(bytes, bit<B>(i), B::bits)) * scale(in, P::m + column, i);
    }
    return values;
  }

  template <typename Value, typename Code>
  static void fill(std::span<std::uint8_t> in, Random& values, Value value, Code code,
                   int divisor) {
    std::ranges::fill(in, std::uint8_t{0});  // the padding between elements
    for (std::size_t row = 0; row < P::m; ++row)
      for (std::size_t i = 0; i < stored; ++i)
        set_bits_at(in.subspan(row * P::a_row, P::a_row), bit<A>(i), A::bits,
                    A::encode(value(A::exact_limit / divisor, A::random_limit)));
    for (std::size_t column = 0; column < P::n; ++column)
      for (std::size_t i = 0; i < k; ++i)
        set_bits_at(in.subspan(P::b_offset + column * P::b_row, P::b_row), bit<B>(i), B::bits,
                    B::encode(value(B::exact_limit / divisor, B::random_limit)));
    for (std::size_t line = 0; line < P::m + P::n; ++line)
      for (std::size_t i = 0; i < P::scales * P::steps; ++i) in[scale_at(line, i)] = code();
    // Every way to place two of four, or one of two.
    constexpr std::uint32_t two_of_four[] = {0b0100, 0b1000, 0b1100, 0b1001, 0b1101, 0b1110};
    constexpr std::uint32_t one_of_two[] = {0b0100, 0b1110};
    for (std::size_t i = 0; i < std::size_t{P::m} * P::metadata_words * 8; ++i)
      set_bits_at(
          in.subspan(P::metadata_offset), 4 * i, 4,
          chunk == 2 ? one_of_two[values.between(0, 1)] : two_of_four[values.between(0, 5)]);
  }
};

/// The instructions of a probe with this Plan: its own, what surrounds it, and `others`.
template <typename Plan, typename... Others>
constexpr auto instructions(std::string_view own, Others... others) {
  constexpr bool pair = Plan::cta_group == 2;
  constexpr bool more = Derived<Plan>::used_columns > Plan::n;
  constexpr std::size_t count = 15 + (pair ? 2 : 0) + (more ? 1 : 0) + sizeof...(others);
  std::array<std::string_view, count> list{own,
                                           commit<Plan::cta_group>,
                                           allocation<Plan::cta_group>[0],
                                           allocation<Plan::cta_group>[1],
                                           allocation<Plan::cta_group>[2],
                                           "tcgen05.st.sync.aligned.32x32b.x32.b32",
                                           "tcgen05.ld.sync.aligned.32x32b.x32.b32",
                                           "tcgen05.wait::st.sync.aligned",
                                           "tcgen05.wait::ld.sync.aligned",
                                           "tcgen05.fence::before_thread_sync",
                                           "tcgen05.fence::after_thread_sync",
                                           "mbarrier.init.shared::cta.b64",
                                           "mbarrier.try_wait.parity.shared::cta.b64",
                                           "fence.mbarrier_init.release.cluster",
                                           "fence.proxy.async.shared::cta",
                                           others...};
  std::size_t end = 15 + sizeof...(others);
  if (pair) {
    for (const auto name : barrier_of_pair) list[end++] = name;
  }
  if (more) list[end++] = "tcgen05.st.sync.aligned.32x32b.x16.b32";
  return list;
}

/// What a probe says of itself; `describe` adds the rest.
struct About {
  std::string_view feature;
  std::string_view entry;
  std::string_view rate_entry = {};  // empty: no clocked loop
  std::span<const std::string_view> instructions;
  PtxVersion ptx;
  std::span<const std::string_view> native_sass;
  double tolerance = 0;  // absolute, for random inputs
  // Without the MMAs D keeps what was stored there first; the commit still arrives.
  std::string_view neutralise = "tcgen05.mma.";
};

inline constexpr std::string_view needs[] = {"tcgen05.tmem", "mbarrier"};
inline constexpr std::string_view needs_of_pair[] = {"tcgen05.tmem", "cluster.launch", "mbarrier"};

template <typename G>
constexpr InstructionProbe describe(const About& about) {
  constexpr bool pair = G::P::cta_group == 2;
  const LaunchShape launch{
      .grid = {G::P::cta_group}, .block = {128}, .cluster = {G::P::cta_group, 1, 1}};
  std::optional<Rate> rate;
  if (!about.rate_entry.empty())
    rate = Rate{.entry = about.rate_entry,
                .launch = launch,
                // Of a pair, each CTA's SM does one half.
                .operations_per_block = std::uint64_t{2} * G::P::rows * Clocked<typename G::P>::n *
                                        (G::k / G::P::steps) * rate_mmas,
                .input_bytes = G::P::input_bytes,
                .instructions_per_block = rate_mmas};  // of a pair, the first CTA's
  return {
      .feature = about.feature,
      .entry = about.entry,
      .instructions = about.instructions,
      .needs = pair ? std::span<const std::string_view>(needs_of_pair)
                    : std::span<const std::string_view>(needs),
      .ptx = about.ptx,
      .operations = G::operations,
      .launch = launch,
      .input_bytes = G::P::input_bytes,
      .element = G::integer ? Element::s32 : Element::f32,
      .outputs = G::outputs,
      .scratch_bytes = 0,
      .tensor_map = std::nullopt,
      .exact = &G::exact,
      .random = &G::random,
      .reference = &G::reference,
      .fault = {.what = G::fault, .corrupt = &G::corrupt},
      .tolerance = {.absolute = about.tolerance},
      .native_sass = about.native_sass,
      .rate = rate,
      .native_test = std::nullopt,
      .neutralise = {.line_with = about.neutralise, .replacement = ""},
      .neutralise_exception = {},
  };
}

}  // namespace bp::tcgen05
