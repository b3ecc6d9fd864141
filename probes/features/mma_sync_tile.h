// One tile of the mma_sync probes in the input buffer, as the host sees it: typed access by row,
// column and k. D = (A * scale_A) * (B * scale_B) + C.
#pragma once

#include "probes/features/host.h"
#include "probes/features/mma_sync_layout.h"

namespace bp::mma {

/// Format: see mma_sync_formats.h.
template <typename Format>
class Tile {
 public:
  using L = typename Format::Layout;
  using A = typename Format::A;
  using B = typename Format::B;
  using C = typename L::C;
  static constexpr unsigned word_bits = 8 * sizeof(typename L::Word);
  static constexpr unsigned depth = word_bits * L::b_words / B::bits;         // K
  static constexpr unsigned stored_depth = word_bits * L::a_words / A::bits;  // of a row of A
  static constexpr unsigned blocks = Format::Scale::blocks;  // scales along K: 0, 1, 2 or 4
  static constexpr bool scaled = L::scaled;
  static constexpr bool sparse = L::metadata_words != 0;
  static constexpr std::size_t bytes = tile_bytes<L>;
  static_assert(scaled == (blocks != 0));
  static_assert(stored_depth == (sparse ? depth / 2 : depth));

  /// Element `s` of a row of A as stored; it stands at position(tile, row, s) of the whole row.
  static double a(std::span<const std::uint8_t> tile, unsigned row, unsigned s) {
    return A::decode(raw<A::bits>(tile, row * stored_depth + s));
  }
  static double b(std::span<const std::uint8_t> tile, unsigned k, unsigned column) {
    return B::decode(raw<B::bits>(tile.subspan(b_offset<L>), column * depth + k));
  }
  static void set_a(std::span<std::uint8_t> tile, unsigned row, unsigned s, double value) {
    set_raw<A::bits>(tile, row * stored_depth + s, A::encode(value));
  }
  static void set_b(std::span<std::uint8_t> tile, unsigned k, unsigned column, double value) {
    set_raw<B::bits>(tile.subspan(b_offset<L>), column * depth + k, B::encode(value));
  }
  static C c(std::span<const std::uint8_t> tile, unsigned row, unsigned column) {
    return load<C>(tile.subspan(c_offset<L>), row * columns + column);
  }
  static void set_c(std::span<std::uint8_t> tile, unsigned row, unsigned column, C value) {
    store<C>(tile.subspan(c_offset<L>), row * columns + column, value);
  }

  /// Position of a scale byte; `line` is a row of A, or rows + a column of B.
  static std::size_t scale_at(unsigned line, unsigned block) {
    return scale_offset<L> + 4 * line + block;
  }
  static double scale(std::span<const std::uint8_t> tile, unsigned line, unsigned k) {
    if constexpr (scaled) {
      return Format::Scale::decode(tile[scale_at(line, k / (depth / blocks))]);
    } else {
      return 1;
    }
  }

  // --- metadata of sparse A: four bits for each chunk of a row (probes/ptx/mma_sync_sparse.cuh)

  static constexpr unsigned stored_in_chunk = A::bits == 32 ? 1 : A::bits == 4 ? 4 : 2;
  static_assert(!sparse || stored_depth == stored_in_chunk * 8 * L::metadata_words);

  static unsigned metadata(std::span<const std::uint8_t> tile, unsigned row, unsigned chunk) {
    return static_cast<unsigned>(
        raw<4>(tile.subspan(metadata_offset<L>), row * 8 * L::metadata_words + chunk));
  }
  static void set_metadata(std::span<std::uint8_t> tile, unsigned row, unsigned chunk,
                           unsigned value) {
    set_raw<4>(tile.subspan(metadata_offset<L>), row * 8 * L::metadata_words + chunk, value);
  }
  /// Two different places, ascending where mma.sp::ordered_metadata demands it.
  static unsigned random_metadata(Random& values) {
    if constexpr (Format::ordered) {
      static constexpr unsigned places[] = {0b0100, 0b1110, 0b1000, 0b1001, 0b1100, 0b1101};
      return places[values.between(0, A::bits == 32 ? 1 : 5)];
    } else {
      const int first = values.between(0, 3);
      return static_cast<unsigned>(first + 4 * ((first + values.between(1, 3)) % 4));
    }
  }
  static unsigned position(std::span<const std::uint8_t> tile, unsigned row, unsigned s) {
    if constexpr (!sparse) return s;
    const unsigned chunk = s / stored_in_chunk;
    const unsigned places = metadata(tile, row, chunk);
    // Of the chunk's two halves as stored, each has a place of its own.
    const unsigned half = s % stored_in_chunk * 2 / stored_in_chunk;
    const unsigned place = (places >> (2 * half)) & 3u;
    return (chunk * 4 + place) * stored_in_chunk / 2 + (stored_in_chunk == 4 ? s % 2 : 0);
  }

 private:
  // Elements lie from low to high bits (PTX ISA: "Elements (low to high)").
  template <unsigned bits>
  static std::uint64_t raw(std::span<const std::uint8_t> bytes, std::size_t element) {
    if constexpr (bits < 8) {
      const std::size_t at = element * bits;
      return (bytes[at / 8] >> (at % 8)) & ((1u << bits) - 1);
    } else {
      std::uint64_t value = 0;
      for (unsigned i = 0; i < bits / 8; ++i)
        value |= std::uint64_t{bytes[element * (bits / 8) + i]} << (8 * i);
      return value;
    }
  }
  template <unsigned bits>
  static void set_raw(std::span<std::uint8_t> bytes, std::size_t element, std::uint64_t value) {
    if constexpr (bits < 8) {
      const std::size_t at = element * bits;
      const unsigned mask = ((1u << bits) - 1) << (at % 8);
      bytes[at / 8] = static_cast<std::uint8_t>((bytes[at / 8] & ~mask) |
                                                (static_cast<unsigned>(value) << (at % 8)));
    } else {
      for (unsigned i = 0; i < bits / 8; ++i)
        bytes[element * (bits / 8) + i] = static_cast<std::uint8_t>(value >> (8 * i));
    }
  }
};

}  // namespace bp::mma
