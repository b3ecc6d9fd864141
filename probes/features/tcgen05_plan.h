// What a tcgen05.mma probe multiplies, for both halves of its file. Each derives a Plan from the
// one here and changes what differs. Plain C++17: nvcc reads it too.
//
// A row of B has 128 bytes, so that the tile is one 128-byte swizzle block wide; a row of a dense A
// too, a row of a sparse A half as many. A k-step is 32 bytes of A's row: four of them, or two.
#pragma once

namespace bp::tcgen05 {

struct Plan {
  static constexpr unsigned cta_group = 1;    // CTAs that work together
  static constexpr unsigned rows = 128;       // of A and D, in each CTA
  static constexpr unsigned n = 32;           // columns of B and D
  static constexpr unsigned scales = 0;       // scale factors of a row in a k-step: .scale_vec::NX
  static constexpr unsigned metadata = 0;     // sparse A: words of indices of a row in a k-step
  static constexpr bool a_in_tmem = false;    // A is stored to Tensor Memory first
  static constexpr bool transformed = false;  // ... by tcgen05.cp, with decompression
};

/// What follows from a Plan.
template <typename P>
struct Derived : P {
  static constexpr unsigned m = P::rows * P::cta_group;
  static constexpr bool sparse = P::metadata != 0;
  static constexpr unsigned steps = sparse ? 2 : 4;
  static constexpr unsigned a_row = 32 * steps;  // bytes
  static constexpr unsigned b_row = 128;
  static constexpr unsigned scale_words = (P::scales * steps + 3) / 4;  // of a row, 4 scales each
  static constexpr unsigned metadata_words = P::metadata * steps;       // of a row

  // The input: A by rows, B by columns, the scales of A's rows and B's columns, the indices of A.
  static constexpr unsigned b_offset = m * a_row;
  static constexpr unsigned scale_offset = b_offset + P::n * b_row;
  static constexpr unsigned metadata_offset = scale_offset + (m + P::n) * scale_words * 4;
  static constexpr unsigned input_bytes = metadata_offset + m * metadata_words * 4;

  // Columns of Tensor Memory behind those of D. A scale word takes four columns for each 128 rows
  // (32 in each), the indices of all k-steps four, or four a k-step.
  static constexpr unsigned scale_b_columns = (P::n + 127) / 128 * 4;  // of one word
  static constexpr unsigned scale_a_column = P::n;
  static constexpr unsigned scale_b_column = scale_a_column + 4 * scale_words;
  static constexpr unsigned metadata_column = scale_b_column + scale_b_columns * scale_words;
  static constexpr unsigned a_column = P::n;
  static constexpr unsigned used_columns =
      P::a_in_tmem ? a_column + a_row / 4
                   : metadata_column + (P::metadata == 2 ? 4 * steps : 4 * P::metadata);
  static constexpr unsigned allocated_columns = used_columns <= 32    ? 32
                                                : used_columns <= 64  ? 64
                                                : used_columns <= 128 ? 128
                                                : used_columns <= 256 ? 256
                                                                      : 512;
};

/// The same in the clocked loop: N at its largest (PTX ISA 9.0, 9.7.16.2.1 "Matrix Shape": 256 for
/// every kind, with M = 128 for one CTA and 256 for two), the most work for each byte from shared
/// memory.
template <typename P>
struct Clocked : P {
  static constexpr unsigned n = 256;
};
/// That many MMAs, each of which takes 128 clocks at the peak of B200 (SemiAnalysis measured it at
/// M = 128, N = 256): 0.2 ms there.
inline constexpr unsigned rate_mmas = 3072;

}  // namespace bp::tcgen05
