// The fragments that the mma_sync probes load are those of the PTX ISA, element by element: the
// device half's own load_tile and store_tile run here for all 32 lanes, and the formulas of PTX
// ISA 9.0, section 9.7.14.5 ("Matrix Fragments for mma.m16n8k8 / k16 / k32 / k64"), are written
// down as they stand there; those of a sparse A and its metadata are from section 9.7.14.6.
#include <gtest/gtest.h>

#include <array>
#include <set>
#include <vector>

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

// groupID = %laneid >> 2, threadID_in_group = %laneid % 4. Columns of A and rows of B are those of
// the elements as stored.
struct K4 {  // m8n8k4 .f64
  static Place a(unsigned g, unsigned t, unsigned) { return {g, t}; }
  static Place b(unsigned g, unsigned t, unsigned) { return {t, g}; }
};
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
struct K16Double {  // .f64
  static Place a(unsigned g, unsigned t, unsigned i) {
    return {i % 2 == 0 ? g : g + 8, i % 2 == 0 ? i * 2 + t : i * 2 - 2 + t};
  }
  static Place b(unsigned g, unsigned t, unsigned i) { return {t + i * 4, g}; }
};
struct K32 {  // 8-bit containers
  static Place a(unsigned g, unsigned t, unsigned i) {
    return {i < 4 || (8 <= i && i < 12) ? g : g + 8, t * 4 + (i & 3) + (i < 8 ? 0 : 16)};
  }
  static Place b(unsigned g, unsigned t, unsigned i) {
    return {t * 4 + (i & 3) + (i < 4 ? 0 : 16), g};
  }
};
struct K64 {  // packed 4-bit elements
  static Place a(unsigned g, unsigned t, unsigned i) {
    return {i < 8 || (16 <= i && i < 24) ? g : g + 8, t * 8 + (i & 7) + (i < 16 ? 0 : 32)};
  }
  static Place b(unsigned g, unsigned t, unsigned i) {
    return {t * 8 + (i & 7) + (i < 8 ? 0 : 32), g};
  }
};
struct K256 {  // single bits
  static Place a(unsigned g, unsigned t, unsigned i) {
    return {i < 32 || (64 <= i && i < 96) ? g : g + 8, t * 32 + (i & 31) + (i < 64 ? 0 : 128)};
  }
  static Place b(unsigned g, unsigned t, unsigned i) {
    return {t * 32 + (i & 31) + (i < 32 ? 0 : 128), g};
  }
};
// Sparse A: "firstcol = threadID_in_group * CHUNK" of K, so half of that as stored; the figures of
// B repeat the dense pattern every 32 bytes.
template <typename Shape, unsigned k>
struct Twice {
  static Place a(unsigned g, unsigned t, unsigned i) { return Shape::a(g, t, i); }
  static Place b(unsigned g, unsigned t, unsigned i) {
    constexpr unsigned elements = k / 8;
    const Place low = Shape::b(g, t, i % (2 * elements));
    return {low.row + (i < 2 * elements ? 0 : k), low.column};
  }
};
Place accumulator(unsigned g, unsigned t, unsigned i) {
  return {i < 2 ? g : g + 8, t * 2 + (i & 1)};
}

/// Element i of registers, elements from low to high bits.
template <typename Codec, typename Word>
double element(const Word* registers, unsigned i) {
  constexpr unsigned width = 8 * sizeof(Word);
  const std::uint64_t word = registers[i * Codec::bits / width];
  const std::uint64_t mask = ~std::uint64_t{0} >> (64 - Codec::bits);
  return Codec::decode((word >> (i * Codec::bits % width)) & mask);
}

template <typename Format>
Bytes random_input() {
  Bytes in(tiles * Tile<Format>::bytes);
  random<Format>(std::span(in), 99);
  return in;
}

template <typename Format, typename Shape>
void check_fragments() {
  using T = Tile<Format>;
  using L = typename Format::Layout;
  const Bytes in = random_input<Format>();
  const auto tile = std::span<const std::uint8_t>(in).subspan(T::bytes, T::bytes);
  constexpr unsigned word_bits = 8 * sizeof(typename L::Word);
  typename L::C stored[L::rows * columns] = {};
  for (unsigned lane = 0; lane < 32; ++lane) {
    const unsigned g = lane >> 2;
    const unsigned t = lane % 4;
    const auto f = load_tile<L>(tile.data(), lane);
    for (unsigned i = 0; i < a_registers<L> * word_bits / T::A::bits; ++i) {
      const Place place = Shape::a(g, t, i);
      ASSERT_EQ(element<typename T::A>(f.a, i), T::a(tile, place.row, place.column))
          << lane << " a" << i;
    }
    for (unsigned i = 0; i < b_registers<L> * word_bits / T::B::bits; ++i) {
      const Place place = Shape::b(g, t, i);
      ASSERT_EQ(element<typename T::B>(f.b, i), T::b(tile, place.row, place.column))
          << lane << " b" << i;
    }
    for (unsigned i = 0; i < c_registers<L>; ++i) {
      const Place place = accumulator(g, t, i);
      ASSERT_EQ(f.d[i], T::c(tile, place.row, place.column)) << lane << " c" << i;
    }
    if constexpr (T::scaled) {
      // Section "Block scaling": with thread-id-a 0 the first two lanes of each quad give the
      // scales of their two rows, with thread-id-b 0 the first lane that of their column; byte i is
      // for the i-th part of K.
      for (unsigned block = 0; block < T::blocks; ++block) {
        const unsigned k = block * (T::depth / T::blocks);
        const auto scale = [&](unsigned word) {
          return Format::Scale::decode(static_cast<std::uint8_t>(word >> (8 * block)));
        };
        if (t < 2) {
          ASSERT_EQ(scale(f.scale_a), T::scale(tile, g + 8 * t, k)) << lane;
        }
        if (t == 0) {
          ASSERT_EQ(scale(f.scale_b), T::scale(tile, L::rows + g, k)) << lane;
        }
      }
    }
    store_tile<L>(stored, f.d, lane);
  }
  for (unsigned row = 0; row < L::rows; ++row) {
    for (unsigned column = 0; column < columns; ++column) {
      EXPECT_EQ(stored[row * columns + column], T::c(tile, row, column));
    }
  }
}

TEST(MmaSyncFragments, F64) { check_fragments<F64, K4>(); }
TEST(MmaSyncFragments, F64Large) { check_fragments<F64Large, K16Double>(); }
TEST(MmaSyncFragments, F16) { check_fragments<F16, K16>(); }
TEST(MmaSyncFragments, Bf16) { check_fragments<Bf16, K16>(); }
TEST(MmaSyncFragments, Tf32) { check_fragments<Tf32, K8>(); }
TEST(MmaSyncFragments, S8) { check_fragments<S8, K32>(); }
TEST(MmaSyncFragments, S4) { check_fragments<S4, K64>(); }
TEST(MmaSyncFragments, B1) { check_fragments<B1Xor, K256>(); }
TEST(MmaSyncFragments, E4m3) { check_fragments<E4m3, K32>(); }
TEST(MmaSyncFragments, E2m1InByte) { check_fragments<E2m1InByte, K32>(); }
TEST(MmaSyncFragments, E4m3TimesE2m1) { check_fragments<E4m3TimesE2m1, K32>(); }
TEST(MmaSyncFragments, MxE4m3) { check_fragments<MxE4m3, K32>(); }
TEST(MmaSyncFragments, Mxf4) { check_fragments<Mxf4, K64>(); }
TEST(MmaSyncFragments, Nvf4) { check_fragments<Nvf4, K64>(); }
TEST(MmaSyncFragments, SparseF16) { check_fragments<SparseF16, Twice<K16, 16>>(); }
TEST(MmaSyncFragments, SparseTf32) { check_fragments<SparseTf32, Twice<K8, 8>>(); }
TEST(MmaSyncFragments, SparseS8) { check_fragments<SparseS8, Twice<K32, 32>>(); }
TEST(MmaSyncFragments, SparseMxE4m3) { check_fragments<SparseMxE4m3, Twice<K32, 32>>(); }
TEST(MmaSyncFragments, SparseNvf4) { check_fragments<SparseNvf4, Twice<K64, 64>>(); }

/// `Tk: [m..n]` of the metadata figures: the lane and the lowest bit of a chunk's four bits.
struct MetadataPlace {
  unsigned lane, bit;
};
MetadataPlace two_lanes(unsigned row, unsigned chunk) {  // .m16n8k32 f16, .m16n8k16 tf32
  return {row % 8 * 4 + chunk / 4, chunk % 4 * 4 + row / 8 * 16};
}
MetadataPlace four_lanes(unsigned row, unsigned chunk) {  // .m16n8k64, .m16n8k128
  return {row % 8 * 4 + row / 8 + chunk / 8 * 2, chunk % 8 * 4};
}

template <typename Format>
void check_metadata(MetadataPlace (*place)(unsigned, unsigned)) {
  using T = Tile<Format>;
  const Bytes in = random_input<Format>();
  const auto tile = std::span<const std::uint8_t>(in).subspan(T::bytes, T::bytes);
  std::array<unsigned, 32> words{};
  for (unsigned lane = 0; lane < 32; ++lane)
    words[lane] = load_tile<typename Format::Layout>(tile.data(), lane).metadata;
  for (unsigned row = 0; row < 16; ++row) {
    for (unsigned chunk = 0; chunk < T::stored_depth / T::stored_in_chunk; ++chunk) {
      const auto [lane, bit] = place(row, chunk);
      EXPECT_EQ((words[lane] >> bit) & 15, T::metadata(tile, row, chunk)) << row << " " << chunk;
    }
    // The places are those of distinct elements of the row.
    std::set<unsigned> places;
    bool ascending = true;
    for (unsigned s = 0; s < T::stored_depth; ++s) {
      const unsigned place = T::position(tile, row, s);
      ascending = ascending && (places.empty() || place > *places.rbegin());
      EXPECT_LT(place, T::depth);
      EXPECT_TRUE(places.insert(place).second);
    }
    EXPECT_EQ(ascending, Format::ordered) << row;
  }
}

TEST(MmaSyncMetadata, LiesWhereTheFiguresSay) {
  check_metadata<SparseF16>(two_lanes);
  check_metadata<SparseF16Unordered>(two_lanes);
  check_metadata<SparseTf32>(two_lanes);
  check_metadata<SparseS8>(four_lanes);
  check_metadata<SparseE2m1>(four_lanes);
  check_metadata<SparseNvf4>(four_lanes);
}

// The examples of section "Sparse matrix storage": four bits tell the places of a chunk.
TEST(MmaSyncMetadata, TellsThePlacesOfAChunk) {
  const auto places = []<typename Format>(unsigned metadata) {
    using T = Tile<Format>;
    Bytes tile(T::bytes);
    T::set_metadata(std::span(tile), 0, 1, metadata);
    std::vector<unsigned> found;
    for (unsigned s = T::stored_in_chunk; s < 2 * T::stored_in_chunk; ++s)
      found.push_back(T::position(tile, 0, s) - 2 * T::stored_in_chunk);
    return found;
  };
  using Places = std::vector<unsigned>;
  EXPECT_EQ(places.template operator()<SparseF16>(0b1001), (Places{1, 2}));
  EXPECT_EQ(places.template operator()<SparseS8>(0b1100), (Places{0, 3}));
  EXPECT_EQ(places.template operator()<SparseTf32>(0b0100), (Places{0}));
  EXPECT_EQ(places.template operator()<SparseTf32>(0b1110), (Places{1}));
  EXPECT_EQ(places.template operator()<SparseNvf4>(0b1101), (Places{2, 3, 6, 7}));
}

// What makes the block-scaled probes a test of scaling: neighbours differ, on both sides.
template <typename Format>
void check_scales_vary() {
  using T = Tile<Format>;
  constexpr unsigned rows = T::L::rows;
  Bytes in(tiles * T::bytes);
  exact<Format>(std::span(in));
  const auto tile = std::span<const std::uint8_t>(in).first(T::bytes);
  std::array<int, 2> changes{};
  for (unsigned line = 1; line < rows + columns; ++line) {
    if (line == rows) continue;
    changes[line > rows] += T::scale(tile, line, 0) != T::scale(tile, line - 1, 0) ? 1 : 0;
  }
  EXPECT_GT(changes[0], 5);
  EXPECT_GT(changes[1], 3);
  if constexpr (T::blocks > 1) {
    constexpr unsigned part = T::depth / T::blocks;
    int along_k = 0;
    for (unsigned line = 0; line < rows + columns; ++line) {
      for (unsigned k = part; k < T::depth; k += part) {
        along_k += T::scale(tile, line, k) != T::scale(tile, line, k - part) ? 1 : 0;
      }
    }
    EXPECT_GT(along_k, 8);
  }
}

TEST(MmaSyncScales, VaryBetweenRowsColumnsAndBlocks) {
  check_scales_vary<MxE4m3>();
  check_scales_vary<Mxf4>();
  check_scales_vary<Nvf4>();
}

// In kind::f8f6f4 the two bits above and below a 4-bit element are padding, of a 6-bit one those
// above.
TEST(MmaSyncFormats, SmallElementsSitInTheirByte) {
  EXPECT_EQ(E2m1InByte::A::encode(6), 0b00011100u);
  EXPECT_EQ(E2m1InByte::A::encode(-0.5), 0b00100100u);
  EXPECT_EQ(E2m1InByte::A::decode(0b00100100u), -0.5);
  EXPECT_EQ(E3m2InByte::A::encode(-28), 0b00111111u);
  EXPECT_EQ(E2m3InByte::A::encode(7.5), 0b00011111u);
}

TEST(MmaSyncFormats, SignedElementsAreTwosComplement) {
  EXPECT_EQ(S4::A::encode(-7), 0b1001u);
  EXPECT_EQ(S4::A::decode(0b1000), -8);
  EXPECT_EQ(S8::A::decode(S8::A::encode(-127)), -127);
}

}  // namespace
}  // namespace bp::mma
