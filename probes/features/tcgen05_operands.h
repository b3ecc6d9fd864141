// What the tcgen05.mma probes store to Tensor Memory before the MMAs: A, scales, indices of a
// sparse A. Plain functions, used by device code and by the test that reads them back.
//
// PTX ISA 9.0, 9.7.16.10: "Data Path Layout Organization" for A, "Scale Factor A ID" and "... B ID"
// for scales, "Sparsity selector" for indices; compared with the fragments of
// cute/atom/mma_traits_sm100_frag.hpp of CUTLASS.
#pragma once

#include "probes/features/tcgen05_plan.h"
#include "probes/ptx/matrix_layout.h"

namespace bp::tcgen05 {

/// What belongs into Tensor Memory at this lane and this column behind D's, before the MMAs.
/// `rank`: the CTA's.
template <typename P>
BP_HOST_DEVICE inline unsigned operand_word(const unsigned char* in, unsigned rank, unsigned lane,
                                            unsigned column) {
  constexpr unsigned nothing = 0xffffffff;  // scales that are NaN; indices without a meaning
  if constexpr (P::a_in_tmem && !P::transformed) {
    // A by rows, packed.
    return reinterpret_cast<const unsigned*>(in)[lane * (P::a_row / 4) + column];
  }
  if constexpr (P::scales != 0) {
    // Row r's word w is in column 4 w + r / 32 at lane r % 32, and again in each 32 lanes. Each
    // CTA of a pair has the scales of its own rows of A, and those of all columns of B.
    const auto* words = reinterpret_cast<const unsigned*>(in + P::scale_offset);
    const unsigned row = column % 4 * 32 + lane % 32;
    const unsigned word = column / 4 % P::scale_words;
    if (column < 4 * P::scale_words) return words[(rank * P::rows + row) * P::scale_words + word];
    if (column < 8 * P::scale_words)
      return row < P::n ? words[(P::m + row) * P::scale_words + word] : nothing;
    column -= 8 * P::scale_words;
  }
  if constexpr (P::metadata == 1) {
    // A word has 16 bits of two rows: lane 16 g + 8 h + r those of the h-th half of the k-step, for
    // row 16 g + r below and row 16 g + r + 8 above.
    if (column >= P::steps) return nothing;
    const auto* words = reinterpret_cast<const unsigned*>(in + P::metadata_offset) + column;
    const unsigned row = lane / 16 * 16 + lane % 8;
    const unsigned shift = lane / 8 % 2 * 16;
    const unsigned low = words[row * P::steps] >> shift & 0xffff;
    const unsigned high = words[(row + 8) * P::steps] >> shift & 0xffff;
    return low | high << 16;
  }
  if constexpr (P::metadata == 2) {
    // Lane r has the two words of row r.
    if (column >= 4 * P::steps || column % 4 >= 2) return nothing;
    const auto* words = reinterpret_cast<const unsigned*>(in + P::metadata_offset);
    return words[lane * P::metadata_words + column / 4 * 2 + column % 4];
  }
  return nothing;
}

}  // namespace bp::tcgen05
