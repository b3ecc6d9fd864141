// The moves between registers and Tensor Memory that the tcgen05.ld and tcgen05.st probes make, for
// both halves of their files: every shape, alone and repeated, and with packing. One warp has 32
// lanes and `columns` columns; each move has 8 columns of its own, or 16.
#pragma once

// BP_TCGEN05_MOVES(X): X(name, shape, registers, packed, lane, columns). `lane`: the first of 16.
#define BP_TCGEN05_MOVES(X)                       \
  X(32x32b_x1, Shape::x32b, 1, false, 0, 8)       \
  X(32x32b_x2, Shape::x32b, 2, false, 0, 8)       \
  X(32x32b_x4, Shape::x32b, 4, false, 0, 8)       \
  X(32x32b_x8, Shape::x32b, 8, false, 0, 8)       \
  X(16x64b_x1, Shape::x64b, 1, false, 16, 8)      \
  X(16x64b_x4, Shape::x64b, 4, false, 0, 8)       \
  X(16x128b_x1, Shape::x128b, 2, false, 16, 8)    \
  X(16x128b_x2, Shape::x128b, 4, false, 0, 8)     \
  X(16x256b_x1, Shape::x256b, 4, false, 16, 8)    \
  X(16x256b_x2, Shape::x256b, 8, false, 0, 16)    \
  X(16x32bx2_x1, Shape::x32bx2, 1, false, 16, 8)  \
  X(16x32bx2_x4, Shape::x32bx2, 4, false, 0, 8)   \
  X(32x32b_x4_16b, Shape::x32b, 4, true, 0, 8)    \
  X(16x64b_x2_16b, Shape::x64b, 2, true, 0, 8)    \
  X(16x128b_x1_16b, Shape::x128b, 2, true, 16, 8) \
  X(16x256b_x1_16b, Shape::x256b, 4, true, 0, 16) \
  X(16x32bx2_x2_16b, Shape::x32bx2, 2, true, 16, 8)

namespace bp::tcgen05 {

enum class Shape : unsigned char { x32b, x64b, x128b, x256b, x32bx2 };

struct Move {
  Shape shape;
  unsigned registers;
  bool packed;  // two columns' lower halves in a register
  unsigned lane;
  unsigned columns;
};

#define BP_MOVE(name, shape, registers, packed, lane, columns) \
  {shape, registers, packed, lane, columns},
inline constexpr Move moves[] = {BP_TCGEN05_MOVES(BP_MOVE)};
#undef BP_MOVE

/// Registers of a thread and columns of Tensor Memory of all moves.
inline constexpr unsigned registers = 57;
inline constexpr unsigned columns = 160;              // of which the last eight are not used
inline constexpr unsigned first_packed_column = 104;  // that of the first packed move
inline constexpr unsigned blank = 0x5a5a5a5a;         // in cells that no store reaches

constexpr bool totals_are_right() {
  unsigned all_registers = 0;
  unsigned all_columns = 0;
  bool right = true;
  for (const Move& move : moves) {
    right = right && move.packed == (all_columns >= first_packed_column);
    all_registers += move.registers;
    all_columns += move.columns;
  }
  return right && all_registers == registers && all_columns == columns - 8;
}
static_assert(totals_are_right());

struct Cell {
  unsigned lane;
  unsigned column;
};

/// Where register `r` of thread `t` of the warp has its place, from the move's first lane and
/// column on; with packing, column 2 c stands for columns 2 c and 2 c + 1. PTX ISA 9.0,
/// 9.7.16.2.3.1 "Memory Layout", figures "Matrix Fragment for shape ..."; compared with
/// cute/atom/copy_traits_sm100.hpp of CUTLASS.
constexpr Cell cell(const Move& move, unsigned t, unsigned r) {
  const unsigned width = move.packed ? 2 : 1;
  switch (move.shape) {
    case Shape::x32b:
      return {t, r * width};
    case Shape::x64b:
      return {t / 4 + 8 * (t % 2), (2 * r + t / 2 % 2) * width};
    case Shape::x128b:
      return {t / 4 + 8 * (r % 2), (4 * (r / 2) + t % 4) * width};
    case Shape::x256b:
      return {t / 4 + 8 * (r / 2 % 2), (8 * (r / 4) + 2 * (t % 4) + r % 2) * width};
    case Shape::x32bx2:
      // The second half is four columns away.
      return {t % 16, 4 * (t / 16) + r * width};
  }
  return {};
}

/// Calls visit(cell, index of the register, packed) for every register of every thread; the cell is
/// one of all lanes and columns, registers are counted through all moves, thread by thread.
template <typename Visit>
constexpr void for_each_register(Visit visit) {
  unsigned first_register = 0;
  unsigned first_column = 0;
  for (const Move& move : moves) {
    for (unsigned t = 0; t < 32; ++t) {
      for (unsigned r = 0; r < move.registers; ++r) {
        const Cell at = cell(move, t, r);
        visit(Cell{move.lane + at.lane, first_column + at.column},
              t * registers + first_register + r, move.packed);
      }
    }
    first_register += move.registers;
    first_column += move.columns;
  }
}

}  // namespace bp::tcgen05
