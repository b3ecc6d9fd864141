// Shape of the mma_sync probes, for both halves: mma.sync.m16n8 with rows of 32 bytes, whatever the
// element type.
#pragma once

namespace bp::mma {

inline constexpr unsigned tiles = 4;  // one per warp, so that all four sub-cores of an SM take part
inline constexpr unsigned rows = 16;
inline constexpr unsigned columns = 8;
inline constexpr unsigned row_words = 8;  // 32-bit words of a row of A, of a column of B

/// A (16 rows), B (8 columns), C (16 x 8 words) and, if scaled, a word of scales for each row and
/// column.
template <bool scaled>
inline constexpr unsigned tile_bytes = 4 * (rows * row_words + columns * row_words +
                                            rows * columns + (scaled ? rows + columns : 0));

// The clocked loop of the rate entries: one block, so one SM, four warps on each of its sub-cores.
inline constexpr unsigned rate_warps = 16;
inline constexpr unsigned rate_rows = 2;     // A operands of a warp
inline constexpr unsigned rate_columns = 4;  // B operands of a warp; an instruction for each pair
inline constexpr unsigned iterations = 128;  // at most about 0.1 ms

}  // namespace bp::mma
