// The fragments that the mma_sync probes load are those of the PTX ISA, element by element: the
// device half's own load_tile and store_tile run here for all 32 lanes, and the formulas of PTX
// ISA 9.0, section 9.7.14.5 ("Matrix Fragments for mma.m16n8k8 / k16 / k32 / k64"), are written
// down as they stand there.
#include <gtest/gtest.h>

#include <array>

// load_tile and store_tile are plain C++ but for this word.
#define __device__
#include "probes/features/mma_sync_tile.cuh"
#undef __device__

#include "probes/features/mma_sync_formats.h"
#include "probes/features/mma_sync_host.h"

namespace bp::mma {
namespace {

struct Place {
  unsigned row, column;
};

// groupID = %laneid >> 2, threadID_in_group = %laneid % 4.
struct K8 {  // .tf32
  static Place a(unsigned g, unsigned t, unsigned i) {
    return {i == 0 || i == 2 ? g : g + 8, i == 0 || i == 1 ? t : t + 4};
  }
  static Place b(unsigned g, unsigned t, unsigned i) { return {i == 0 ? t : t + 4, g}; }
};
struct K16 {  // .f16, .bf16
  static Place a(unsigned g, unsigned t, unsigned i) {
    return {i < 2 || (4 <= i && i < 6) ? g : g + 8, t * 2 + (i & 1) + (i < 4 ? 0 : 8)};
  }
  static Place b(unsigned g, unsigned t, unsigned i) {
    return {t * 2 + (i & 1) + (i < 2 ? 0 : 8), g};
  }
};
struct K32 {  // 8-bit containers
  static Place a(unsigned g, unsigned t, unsigned i) {
    return {i < 4 || (8 <= i && i < 12) ? g : g + 8, t * 4 + (i & 3) + (i < 8 ? 0 : 16)};
  }
  static Place b(unsigned g, unsigned t, unsigned i) {
    return {t * 4 + (i & 3) + (i < 4 ? 0 : 16), g};
  }
};
struct K64 {  // packed .e2m1
  static Place a(unsigned g, unsigned t, unsigned i) {
    return {i < 8 || (16 <= i && i < 24) ? g : g + 8, t * 8 + (i & 7) + (i < 16 ? 0 : 32)};
  }
  static Place b(unsigned g, unsigned t, unsigned i) {
    return {t * 8 + (i & 7) + (i < 8 ? 0 : 32), g};
  }
};
Place accumulator(unsigned g, unsigned t, unsigned i) {
  return {i < 2 ? g : g + 8, t * 2 + (i & 1)};
}

/// Element i of registers, elements from low to high bits.
template <typename Format>
double element(const unsigned* registers, unsigned i) {
  constexpr unsigned bits = Format::container_bits;
  const std::uint64_t word = registers[i * bits / 32];
  return Format::decode(
      static_cast<std::uint32_t>((word >> (i * bits % 32)) & ((std::uint64_t{1} << bits) - 1)));
}

template <typename Format, typename Shape>
void check_fragments() {
  using T = Tile<Format>;
  Bytes in(input_bytes<Format>);
  random<Format>(std::span(in), 99);
  const std::span<const std::uint8_t> tile =
      std::span<const std::uint8_t>(in).subspan(T::bytes, T::bytes);
  constexpr unsigned per_register = 32 / Format::container_bits;
  std::array<typename Format::Accumulator, rows * columns> stored{};
  for (unsigned lane = 0; lane < 32; ++lane) {
    const unsigned g = lane >> 2;
    const unsigned t = lane % 4;
    const auto f = load_tile<typename Format::Accumulator, T::scaled>(tile.data(), lane);
    for (unsigned i = 0; i < 4 * per_register; ++i) {
      const Place place = Shape::a(g, t, i);
      ASSERT_EQ(element<Format>(f.a, i), T::a(tile, place.row, place.column)) << lane << " a" << i;
    }
    for (unsigned i = 0; i < 2 * per_register; ++i) {
      const Place place = Shape::b(g, t, i);
      ASSERT_EQ(element<Format>(f.b, i), T::b(tile, place.row, place.column)) << lane << " b" << i;
    }
    for (unsigned i = 0; i < 4; ++i) {
      const Place place = accumulator(g, t, i);
      ASSERT_EQ(f.d[i], T::c(tile, place.row, place.column)) << lane << " c" << i;
    }
    if constexpr (T::scaled) {
      // Section "Block scaling": with thread-id-a 0 the first two lanes of each quad give the
      // scales of their two rows, with thread-id-b 0 the first lane that of their column; byte i is
      // for the i-th part of K.
      for (unsigned block = 0; block < T::blocks; ++block) {
        const unsigned k = block * (T::depth / T::blocks);
        const auto byte = [&](unsigned word) {
          return static_cast<std::uint8_t>(word >> (8 * block));
        };
        if (t < 2) {
          ASSERT_EQ(Format::decode_scale(byte(f.scale_a)), T::scale(tile, g + 8 * t, k)) << lane;
        }
        if (t == 0) {
          ASSERT_EQ(Format::decode_scale(byte(f.scale_b)), T::scale(tile, rows + g, k)) << lane;
        }
      }
    }
    store_tile(stored.data(), f.d, lane);
  }
  for (unsigned row = 0; row < rows; ++row) {
    for (unsigned column = 0; column < columns; ++column) {
      EXPECT_EQ(stored[row * columns + column], T::c(tile, row, column));
    }
  }
}

TEST(MmaSyncFragments, F16) { check_fragments<F16, K16>(); }
TEST(MmaSyncFragments, Bf16) { check_fragments<Bf16, K16>(); }
TEST(MmaSyncFragments, Tf32) { check_fragments<Tf32, K8>(); }
TEST(MmaSyncFragments, S8) { check_fragments<S8, K32>(); }
TEST(MmaSyncFragments, E4m3) { check_fragments<E4m3, K32>(); }
TEST(MmaSyncFragments, E2m1InByte) { check_fragments<E2m1InByte, K32>(); }
TEST(MmaSyncFragments, MxE4m3) { check_fragments<MxE4m3, K32>(); }
TEST(MmaSyncFragments, Nvf4) { check_fragments<Nvf4, K64>(); }

// What makes the block-scaled probes a test of scaling: neighbours differ, on both sides.
template <typename Format>
void check_scales_vary() {
  using T = Tile<Format>;
  Bytes in(input_bytes<Format>);
  exact<Format>(std::span(in));
  const auto tile = std::span<const std::uint8_t>(in).first(T::bytes);
  std::array<int, 2> changes{};
  for (unsigned line = 1; line < rows + columns; ++line) {
    if (line == rows) continue;
    changes[line > rows] += T::scale(tile, line, 0) != T::scale(tile, line - 1, 0) ? 1 : 0;
  }
  EXPECT_GT(changes[0], 5);
  EXPECT_GT(changes[1], 3);
  if constexpr (T::blocks == 4) {
    int along_k = 0;
    for (unsigned line = 0; line < rows + columns; ++line) {
      for (unsigned k = 16; k < T::depth; k += 16) {
        along_k += T::scale(tile, line, k) != T::scale(tile, line, k - 16) ? 1 : 0;
      }
    }
    EXPECT_GT(along_k, 20);
  }
}

TEST(MmaSyncScales, VaryBetweenRowsColumnsAndBlocks) {
  check_scales_vary<MxE4m3>();
  check_scales_vary<Nvf4>();
}

// In kind::f8f6f4 the two bits above and below a 4-bit element are padding.
TEST(MmaSyncFormats, E2m1SitsInTheMiddleOfItsByte) {
  EXPECT_EQ(E2m1InByte::encode(6), 0b00011100u);
  EXPECT_EQ(E2m1InByte::encode(-0.5), 0b00100100u);
  EXPECT_EQ(E2m1InByte::decode(0b00100100u), -0.5);
}

}  // namespace
}  // namespace bp::mma
