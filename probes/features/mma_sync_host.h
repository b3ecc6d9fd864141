// The host half of the mma_sync probes: inputs, reference and planted fault of four tiles for any
// format (mma_sync_formats.h), and the description made of them.
#pragma once

#include "probes/features/mma_sync_tile.h"

namespace bp::mma {

/// All tiles of the input buffer, one after the other.
template <typename Format, typename Byte, typename Visit>
void for_each_tile(std::span<Byte> in, Visit visit) {
  for (std::size_t tile = 0; tile < tiles; ++tile) {
    visit(in.subspan(tile * Tile<Format>::bytes, Tile<Format>::bytes), tile);
  }
}

/// Fills every tile: elements of A and B by `a()` and `b()`, of C by `c()`, scales by `scale()`.
/// The places of a sparse A's elements are random ones in any case.
template <typename Format, typename NextA, typename NextB, typename NextC, typename Scale>
void fill(std::span<std::uint8_t> in, Random& values, NextA a, NextB b, NextC c, Scale scale) {
  using T = Tile<Format>;
  constexpr unsigned rows = T::L::rows;
  for_each_tile<Format>(in, [&](std::span<std::uint8_t> tile, std::size_t) {
    for (unsigned s = 0; s < T::stored_depth; ++s) {
      for (unsigned row = 0; row < rows; ++row) T::set_a(tile, row, s, a());
    }
    for (unsigned k = 0; k < T::depth; ++k) {
      for (unsigned column = 0; column < columns; ++column) T::set_b(tile, k, column, b());
    }
    for (unsigned row = 0; row < rows; ++row) {
      for (unsigned column = 0; column < columns; ++column) {
        T::set_c(tile, row, column, static_cast<typename T::C>(Format::accumulator(c())));
      }
    }
    if constexpr (T::scaled) {
      for (unsigned line = 0; line < rows + columns; ++line) {
        for (unsigned block = 0; block < 4; ++block) {
          // Bytes that the instruction does not select are zero.
          tile[T::scale_at(line, block)] = block < T::blocks ? scale() : std::uint8_t{0};
        }
      }
    }
    if constexpr (T::sparse) {
      for (unsigned row = 0; row < rows; ++row) {
        for (unsigned chunk = 0; chunk < T::stored_depth / T::stored_in_chunk; ++chunk)
          T::set_metadata(tile, row, chunk, T::random_metadata(values));
      }
    }
  });
}

/// Small integers without a pattern (a fixed seed), so that every misplaced element shows; scales
/// are powers of two. All sums then fit in 11 bits (f16 accumulators) or, with scales, in 13, the
/// least that any tensor core keeps.
template <typename Format>
void exact(std::span<std::uint8_t> in) {
  Random values(2026);
  fill<Format>(
      in, values, [&] { return Format::A::exact(values); },
      [&] { return Format::B::exact(values); },
      [&] { return static_cast<double>(values.between(-8, 8)); },
      [&] { return Format::Scale::exact(values); });
}

/// Elements and C uniform in the format's range, scales as the format chooses.
template <typename Format>
void random(std::span<std::uint8_t> in, std::uint64_t seed) {
  Random values(seed);
  fill<Format>(
      in, values, [&] { return Format::A::random(values); },
      [&] { return Format::B::random(values); },
      [&] { return Format::A::random_limit * values.unit(); },
      [&] { return Format::Scale::random(values); });
}

template <typename Format>
void reference(std::span<const std::uint8_t> in, std::span<double> out) {
  using T = Tile<Format>;
  constexpr unsigned rows = T::L::rows;
  for_each_tile<Format>(in, [&](std::span<const std::uint8_t> tile, std::size_t number) {
    for (unsigned row = 0; row < rows; ++row) {
      for (unsigned column = 0; column < columns; ++column) {
        double sum = static_cast<double>(T::c(tile, row, column));
        for (unsigned s = 0; s < T::stored_depth; ++s) {
          const unsigned k = T::position(tile, row, s);
          sum += Format::product(T::a(tile, row, s) * T::scale(tile, row, k),
                                 T::b(tile, k, column) * T::scale(tile, rows + column, k));
        }
        out[(number * rows + row) * columns + column] = sum;
      }
    }
  });
}

/// An element of A (tile 1, row 5) and, of single bits, as many as fill a word: one might meet only
/// zeros in B.
template <typename Format>
void corrupt_element(std::span<std::uint8_t> in) {
  using T = Tile<Format>;
  const auto tile = in.subspan(T::bytes, T::bytes);
  for (unsigned s = 3; s < (T::A::bits == 1 ? 3 + 32 : 3 + 1); ++s)
    T::set_a(tile, 5, s, T::A::fault(T::a(tile, 5, s)));
}

/// One scale of A (tile 1, row 5, last block of K) is doubled.
template <typename Format>
void corrupt_scale(std::span<std::uint8_t> in) {
  using T = Tile<Format>;
  std::uint8_t& scale = in[T::bytes + T::scale_at(5, T::blocks - 1)];
  scale = Format::Scale::doubled(scale);
}

template <typename Format>
consteval Fault fault() {
  if constexpr (Tile<Format>::scaled) {
    return {.what = "one scale of A is doubled", .corrupt = &corrupt_scale<Format>};
  } else if constexpr (Format::A::bits == 1) {
    return {.what = "32 bits of A are flipped", .corrupt = &corrupt_element<Format>};
  } else {
    return {.what = "one element of A is replaced", .corrupt = &corrupt_element<Format>};
  }
}

template <typename C>
consteval Element element() {
  if constexpr (std::is_same_v<C, double>) return Element::f64;
  return std::is_same_v<C, float> ? Element::f32 : Element::s32;
}

/// What each probe says of itself.
struct Variant {
  std::string_view feature;
  std::string_view entry;
  std::string_view rate_entry;
  std::span<const std::string_view> instruction;  // a single one
  std::span<const std::string_view> native_sass;
  PtxVersion ptx;
  double tolerance = 0;
  std::optional<NativeTest> native_test = std::nullopt;
};

/// The description of a probe whose device half is BP_MMA_SYNC_ENTRIES with the format's layout.
/// A sparse A counts as if its zeros were multiplied.
template <typename Format>
consteval InstructionProbe describe(const Variant& variant) {
  using T = Tile<Format>;
  using L = typename Format::Layout;
  constexpr std::uint64_t operations = std::uint64_t{2} * L::rows * columns * T::depth;
  constexpr std::size_t input_bytes = tiles * T::bytes;
  return {
      .feature = variant.feature,
      .entry = variant.entry,
      .instructions = variant.instruction,
      .needs = {},
      .ptx = variant.ptx,
      .operations = tiles * operations,
      .launch = {.grid = {1}, .block = {32 * tiles}},
      .input_bytes = input_bytes,
      .element = element<typename L::C>(),
      .outputs = std::size_t{tiles} * L::rows * columns,
      .scratch_bytes = 0,
      .tensor_map = std::nullopt,
      .exact = &exact<Format>,
      .random = &random<Format>,
      .reference = &reference<Format>,
      .fault = fault<Format>(),
      .tolerance = {.absolute = variant.tolerance},
      .native_sass = variant.native_sass,
      .rate = Rate{.entry = variant.rate_entry,
                   .launch = {.grid = {1}, .block = {32 * rate_warps}},
                   .operations_per_block = operations * rate_warps * L::rate_rows *
                                           L::rate_columns * L::rate_iterations,
                   .input_bytes = input_bytes,
                   .instructions_per_block = std::uint64_t{rate_warps} * L::rate_rows *
                                             L::rate_columns * L::rate_iterations},
      .native_test = variant.native_test,
      // The accumulator is updated in place: without the instruction D is C.
      .neutralise = {.line_with = variant.instruction[0], .replacement = {}},
      .neutralise_exception = {},
  };
}

}  // namespace bp::mma
