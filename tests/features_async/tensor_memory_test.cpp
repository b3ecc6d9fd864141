// What the tcgen05.mma probes put into Tensor Memory, read back by the formulas of PTX ISA 9.0,
// 9.7.16.10 ("Scale Factor A ID", "Sparsity selector") as CUTLASS writes them down
// (cute/atom/mma_traits_sm100_frag.hpp: tmem_sf_frg, tmem_e_frg).
#include <gtest/gtest.h>

#include "probes/features/probe.h"
#include "probes/features/tcgen05_elements.h"
#include "probes/features/tcgen05_operands.h"

namespace bp {
namespace {

using tcgen05::bits_at;

template <unsigned scales_, unsigned metadata_, unsigned ctas = 1>
struct Plan : tcgen05::Plan {
  static constexpr unsigned cta_group = ctas;
  static constexpr unsigned scales = scales_;
  static constexpr unsigned metadata = metadata_;
};

template <typename PlanOf>
struct TensorMemory {
  using P = tcgen05::Derived<PlanOf>;
  explicit TensorMemory(std::string_view id) : in(find_probe(id)->input_bytes) {
    EXPECT_EQ(in.size(), P::input_bytes) << id;
    find_probe(id)->random(std::span(in), std::uint64_t{1});
  }
  /// `column` counts from D's first.
  std::uint32_t at(unsigned rank, unsigned lane, unsigned column) const {
    return tcgen05::operand_word<P>(in.data(), rank, lane, column - P::n);
  }
  void expect_scales() const {
    for (unsigned rank = 0; rank < P::cta_group; ++rank) {
      for (unsigned lane = 0; lane < 128; ++lane) {
        for (unsigned i = 0; i < P::scales * P::steps; ++i) {
          for (unsigned row = lane % 32; row < P::rows; row += 32)
            EXPECT_EQ(scale(rank, lane, P::scale_a_column, row, i), input(rank * P::rows + row, i));
          for (unsigned n = lane % 32; n < P::n; n += 32)
            EXPECT_EQ(scale(rank, lane, P::scale_b_column, n, i), input(P::m + n, i));
        }
      }
    }
  }
  std::uint32_t scale(unsigned rank, unsigned lane, unsigned first, unsigned line,
                      unsigned i) const {
    return at(rank, lane, first + i / 4 * 4 + line / 32) >> (8 * (i % 4)) & 0xff;
  }
  std::uint32_t input(unsigned line, unsigned i) const {
    return in[P::scale_offset + line * P::scale_words * 4 + i];
  }
  /// Bits of the indices of `row`, as the input has them.
  std::uint32_t indices(unsigned row, unsigned bit, unsigned width) const {
    return bits_at(std::span(in).subspan(P::metadata_offset + row * P::metadata_words * 4), bit,
                   width);
  }
  Bytes in;
};

TEST(TensorMemory, HoldsScales) {
  TensorMemory<Plan<1, 0>>("tcgen05.mma.mxf8f6f4").expect_scales();
  TensorMemory<Plan<1, 0, 2>>("tcgen05.mma.mxf8f6f4.cta_group2").expect_scales();
  TensorMemory<Plan<2, 0>>("tcgen05.mma.mxf4").expect_scales();
  TensorMemory<Plan<4, 0>>("tcgen05.mma.mxf4nvf4").expect_scales();
  TensorMemory<Plan<2, 0, 2>>("tcgen05.mma.mxf4.cta_group2").expect_scales();
  TensorMemory<Plan<4, 0, 2>>("tcgen05.mma.mxf4nvf4.cta_group2").expect_scales();
  TensorMemory<Plan<1, 2>>("tcgen05.mma.sp.mxf8f6f4").expect_scales();
  TensorMemory<Plan<4, 2>>("tcgen05.mma.sp.mxf4nvf4").expect_scales();
}

/// Two elements of 16 (kind::f16) or one of 32 bits (kind::tf32) a word's half.
void expect_interleaved(std::string_view id, unsigned k_of_step, unsigned bits_of_element) {
  const TensorMemory<Plan<0, 1>> memory(id);
  using P = TensorMemory<Plan<0, 1>>::P;
  const unsigned half = k_of_step / 2;
  for (unsigned step = 0; step < P::steps; ++step) {
    for (unsigned m = 0; m < 128; ++m) {
      for (unsigned k = 0; k < k_of_step; ++k) {
        const unsigned lane = m % 8 + 8 * (k / half) + 16 * (m / 16);
        const unsigned bit = bits_of_element * (k % half + half * (m / 8 % 2));
        const auto word = memory.at(0, lane, P::metadata_column + step);
        EXPECT_EQ(word >> bit & ((1u << bits_of_element) - 1),
                  memory.indices(m, bits_of_element * (step * k_of_step + k), bits_of_element));
      }
    }
  }
}
TEST(TensorMemory, HoldsIndicesOfF16) { expect_interleaved("tcgen05.mma.sp.f16", 32, 1); }
TEST(TensorMemory, HoldsIndicesOfTf32) { expect_interleaved("tcgen05.mma.sp.tf32", 16, 2); }

template <typename PlanOf>
void expect_rows(std::string_view id) {
  const TensorMemory<PlanOf> memory(id);
  using P = typename TensorMemory<PlanOf>::P;
  for (unsigned step = 0; step < P::steps; ++step)
    for (unsigned m = 0; m < 128; ++m)
      for (unsigned word = 0; word < 2; ++word)
        EXPECT_EQ(memory.at(0, m, P::metadata_column + 4 * step + word),
                  memory.indices(m, 64 * step + 32 * word, 32));
}
TEST(TensorMemory, HoldsIndicesOfBytesAndLess) {
  expect_rows<Plan<0, 2>>("tcgen05.mma.sp.f8f6f4");
  expect_rows<Plan<0, 2>>("tcgen05.mma.sp.i8");
  expect_rows<Plan<1, 2>>("tcgen05.mma.sp.mxf8f6f4");
  expect_rows<Plan<4, 2>>("tcgen05.mma.sp.mxf4nvf4");
}

}  // namespace
}  // namespace bp
