// What the host halves of the mma_sync probes share: inputs, reference and planted fault of four
// tiles D[16][8] = (A * scale_A) * (B * scale_B) + C, for any element format (mma_sync_formats.h).
#pragma once

#include "probes/features/host.h"
#include "probes/features/mma_sync_layout.h"

namespace bp::mma {

/// Format: see mma_sync_formats.h.
template <typename Format>
class Tile {
 public:
  static constexpr unsigned depth = 8 * 4 * row_words / Format::container_bits;
  static constexpr unsigned blocks = Format::blocks;  // scales along K: 0, 1 or 4
  static constexpr bool scaled = blocks != 0;
  static constexpr std::size_t bytes = tile_bytes<scaled>;
  static constexpr std::size_t b_offset = 4 * rows * row_words;
  static constexpr std::size_t c_offset = b_offset + 4 * columns * row_words;
  static constexpr std::size_t scale_offset = c_offset + 4 * rows * columns;
  using C = typename Format::Accumulator;

  /// Works on bytes or constant bytes.
  static double a(std::span<const std::uint8_t> tile, unsigned row, unsigned k) {
    return Format::decode(raw(tile, index(row, k)));
  }
  static double b(std::span<const std::uint8_t> tile, unsigned k, unsigned column) {
    return Format::decode(raw(tile.subspan(b_offset), index(column, k)));
  }
  static void set_a(std::span<std::uint8_t> tile, unsigned row, unsigned k, double value) {
    set_raw(tile, index(row, k), Format::encode(value));
  }
  static void set_b(std::span<std::uint8_t> tile, unsigned k, unsigned column, double value) {
    set_raw(tile.subspan(b_offset), index(column, k), Format::encode(value));
  }
  static C c(std::span<const std::uint8_t> tile, unsigned row, unsigned column) {
    return load<C>(tile.subspan(c_offset), row * columns + column);
  }
  static void set_c(std::span<std::uint8_t> tile, unsigned row, unsigned column, C value) {
    store<C>(tile.subspan(c_offset), row * columns + column, value);
  }
  /// Position of a scale byte; `line` is a row of A, or rows + a column of B.
  static std::size_t scale_at(unsigned line, unsigned block) {
    return scale_offset + 4 * line + block;
  }
  static double scale(std::span<const std::uint8_t> tile, unsigned line, unsigned k) {
    if constexpr (scaled) {
      return Format::decode_scale(tile[scale_at(line, k / (depth / blocks))]);
    } else {
      return 1;
    }
  }

 private:
  static constexpr unsigned bits = Format::container_bits;
  static std::size_t index(unsigned line, unsigned k) { return line * depth + k; }

  // Elements lie from low to high bits (PTX ISA: "Elements (low to high)").
  static std::uint32_t raw(std::span<const std::uint8_t> bytes, std::size_t element) {
    if constexpr (bits == 4) {
      return (bytes[element / 2] >> (4 * (element % 2))) & 15u;
    } else if constexpr (bits == 8) {
      return bytes[element];
    } else if constexpr (bits == 16) {
      return load<std::uint16_t>(bytes, element);
    } else {
      return load<std::uint32_t>(bytes, element);
    }
  }
  static void set_raw(std::span<std::uint8_t> bytes, std::size_t element, std::uint32_t value) {
    if constexpr (bits == 4) {
      const unsigned shift = 4 * (element % 2);
      const unsigned kept = bytes[element / 2] & (0xf0u >> shift);
      bytes[element / 2] = static_cast<std::uint8_t>(kept | (value << shift));
    } else if constexpr (bits == 8) {
      bytes[element] = static_cast<std::uint8_t>(value);
    } else if constexpr (bits == 16) {
      store<std::uint16_t>(bytes, element, static_cast<std::uint16_t>(value));
    } else {
      store<std::uint32_t>(bytes, element, value);
    }
  }
};

/// All tiles of the input buffer, one after the other.
template <typename Format, typename Byte, typename Visit>
void for_each_tile(std::span<Byte> in, Visit visit) {
  for (std::size_t tile = 0; tile < tiles; ++tile) {
    visit(in.subspan(tile * Tile<Format>::bytes, Tile<Format>::bytes), tile);
  }
}

/// Fills every tile: elements of A and B by `element()`, of C by `c()`, scales by `scale()`.
template <typename Format, typename Element, typename C, typename Scale>
void fill(std::span<std::uint8_t> in, Element element, C c, Scale scale) {
  using T = Tile<Format>;
  for_each_tile<Format>(in, [&](std::span<std::uint8_t> tile, std::size_t) {
    for (unsigned k = 0; k < T::depth; ++k) {
      for (unsigned row = 0; row < rows; ++row) T::set_a(tile, row, k, element());
      for (unsigned column = 0; column < columns; ++column) T::set_b(tile, k, column, element());
    }
    for (unsigned row = 0; row < rows; ++row) {
      for (unsigned column = 0; column < columns; ++column) T::set_c(tile, row, column, c());
    }
    if constexpr (T::scaled) {
      for (unsigned line = 0; line < rows + columns; ++line) {
        for (unsigned block = 0; block < 4; ++block) {
          // Bytes that the instruction does not select are zero.
          tile[T::scale_at(line, block)] = block < T::blocks ? scale() : std::uint8_t{0};
        }
      }
    }
  });
}

/// Small integers without a pattern (a fixed seed), so that every misplaced element shows; scales
/// are powers of two. All sums then fit in 13 bits, the least that any tensor core keeps.
template <typename Format>
void exact(std::span<std::uint8_t> in) {
  using C = typename Format::Accumulator;
  Random values(2026);
  fill<Format>(
      in,
      [&] {
        return static_cast<double>(values.between(-Format::exact_limit, Format::exact_limit));
      },
      [&] { return static_cast<C>(values.between(-8, 8)); },
      [&] { return Format::exact_scale(values); });
}

/// Elements uniform in +-Format::random_limit, C likewise, scales as the format chooses.
template <typename Format>
void random(std::span<std::uint8_t> in, std::uint64_t seed) {
  using C = typename Format::Accumulator;
  Random values(seed);
  fill<Format>(
      in, [&] { return Format::random_limit * values.unit(); },
      [&] { return static_cast<C>(Format::random_limit * values.unit()); },
      [&] { return Format::random_scale(values); });
}

template <typename Format>
void reference(std::span<const std::uint8_t> in, std::span<double> out) {
  using T = Tile<Format>;
  for_each_tile<Format>(in, [&](std::span<const std::uint8_t> tile, std::size_t number) {
    for (unsigned row = 0; row < rows; ++row) {
      for (unsigned column = 0; column < columns; ++column) {
        double sum = static_cast<double>(T::c(tile, row, column));
        for (unsigned k = 0; k < T::depth; ++k) {
          sum += T::a(tile, row, k) * T::scale(tile, row, k) * T::b(tile, k, column) *
                 T::scale(tile, rows + column, k);
        }
        out[(number * rows + row) * columns + column] = sum;
      }
    }
  });
}

/// One element of A (tile 1, row 5, k 3) jumps to the largest value of the other sign.
template <typename Format>
void corrupt_element(std::span<std::uint8_t> in) {
  using T = Tile<Format>;
  const auto tile = in.subspan(T::bytes, T::bytes);
  T::set_a(tile, 5, 3, T::a(tile, 5, 3) > 0 ? -Format::fault_value : Format::fault_value);
}

/// One scale of A (tile 1, row 5, last block of K) is doubled.
template <typename Format>
void corrupt_scale(std::span<std::uint8_t> in) {
  using T = Tile<Format>;
  std::uint8_t& scale = in[T::bytes + T::scale_at(5, T::blocks - 1)];
  scale = Format::doubled_scale(scale);
}

/// The part of a description that all these probes have in common.
template <typename Format>
constexpr std::uint64_t operations_of_tile = std::uint64_t{2} * rows* columns* Tile<Format>::depth;
template <typename Format>
constexpr std::size_t input_bytes = tiles* Tile<Format>::bytes;
inline constexpr std::size_t outputs = std::size_t{tiles} * rows * columns;
inline constexpr LaunchShape launch{.grid = {1}, .block = {32 * tiles}};

template <typename Format>
constexpr Rate rate(std::string_view entry) {
  return {.entry = entry,
          .launch = {.grid = {1}, .block = {32 * rate_warps}},
          .operations_per_block =
              operations_of_tile<Format> * rate_warps * rate_rows * rate_columns * iterations,
          .input_bytes = input_bytes<Format>};
}

}  // namespace bp::mma
