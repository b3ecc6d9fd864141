// Shape of the mma_sync probes, for both halves: how the operands of one instruction lie in memory
// and in how many registers of a thread.
#pragma once

namespace bp::mma {

inline constexpr unsigned tiles = 4;  // one per warp, so that all four sub-cores of an SM take part
inline constexpr unsigned columns = 8;

/// m16n8 with rows of A and columns of B of 32 bytes, whatever the element type. The other layouts
/// differ in what they say anew.
struct Dense {
  using Word = unsigned;  // what one register of A or B holds
  using C = float;        // accumulator in memory and, but for half_accumulator, in registers
  static constexpr bool half_accumulator = false;  // two f16 a register
  static constexpr unsigned rows = 16;
  static constexpr unsigned a_words = 8;  // of a row of A, as stored
  static constexpr unsigned b_words = 8;  // of a column of B
  static constexpr bool scaled = false;   // a 32-bit word of scales for each row and column
  /// 32-bit words of metadata of a row of A, which then holds the non-zero elements alone.
  static constexpr unsigned metadata_words = 0;
  // The clocked loop: A operands and B operands of a warp; an instruction for each pair. 16 warps
  // leave 128 registers for a thread.
  static constexpr unsigned rate_rows = 2;
  static constexpr unsigned rate_columns = 4;
  /// At most 2 ms at 1 GHz wherever the instruction is known to be slow, about 0.1 ms where it is
  /// native.
  static constexpr unsigned rate_iterations = 128;
};
struct DenseInt : Dense {
  using C = int;
};
/// As instructions of bytes 512 operations per clock and SM.
struct Bits : DenseInt {
  static constexpr unsigned rate_iterations = 64;
};
struct DenseHalf : Dense {
  static constexpr bool half_accumulator = true;
};
struct DenseScaled : Dense {
  static constexpr bool scaled = true;
};
/// Without tensor cores for f64 4 operations per clock and SM.
struct F64M8N8K4 : Dense {
  static constexpr unsigned rate_iterations = 64;
  using Word = unsigned long long;
  using C = double;
  static constexpr unsigned rows = 8;
  static constexpr unsigned a_words = 4;
  static constexpr unsigned b_words = 4;
};
struct F64M16N8K16 : F64M8N8K4 {
  static constexpr unsigned rate_iterations = 16;
  static constexpr unsigned rows = 16;
  static constexpr unsigned a_words = 16;
  static constexpr unsigned b_words = 16;
  static constexpr unsigned rate_columns = 2;
};
/// Half of each row of A is zero and not stored: elements of 16 and 32 bits.
struct Sparse : Dense {
  static constexpr unsigned b_words = 16;
  static constexpr unsigned metadata_words = 1;
  static constexpr unsigned rate_rows = 4;
};
/// Where a helper sorts the elements first, 20 operations per clock and SM.
struct SparseUnordered : Sparse {
  static constexpr unsigned rate_iterations = 16;
};
/// Elements of 8 bits and pairs of 4 bits.
struct SparseBytes : Sparse {
  static constexpr unsigned metadata_words = 2;
  // The conversions of an emulated one take registers too.
  static constexpr unsigned rate_rows = 2;
  static constexpr unsigned rate_columns = 2;
};
struct SparseInt : SparseBytes {
  using C = int;
  static constexpr unsigned rate_rows = 4;
  static constexpr unsigned rate_columns = 4;
};
struct SparseScaled : SparseBytes {
  static constexpr bool scaled = true;
};

// A tile in the input buffer: A by rows, B by columns, C by rows, then the scales of rows and of
// columns, then the metadata by rows.
template <typename L>
inline constexpr unsigned b_offset = sizeof(typename L::Word) * L::rows* L::a_words;
template <typename L>
inline constexpr unsigned c_offset = b_offset<L> + sizeof(typename L::Word) * columns* L::b_words;
template <typename L>
inline constexpr unsigned scale_offset = c_offset<L> + sizeof(typename L::C) * L::rows* columns;
template <typename L>
inline constexpr unsigned metadata_offset = scale_offset<L> +
                                            (L::scaled ? 4 * (L::rows + columns) : 0);
template <typename L>
inline constexpr unsigned tile_bytes = metadata_offset<L> + 4 * L::rows* L::metadata_words;

// Registers of a thread.
template <typename L>
inline constexpr unsigned a_registers = L::rows* L::a_words / 32;
template <typename L>
inline constexpr unsigned b_registers = L::b_words / 4;
template <typename L>
inline constexpr unsigned c_registers = L::rows / 4;

// The clocked loop of the rate entries: one block, so one SM, four warps on each of its sub-cores.
inline constexpr unsigned rate_warps = 16;

}  // namespace bp::mma
