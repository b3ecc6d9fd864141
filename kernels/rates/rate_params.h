// What host and device of the rate loops (kernels/rates.h) agree on.
#pragma once

#include <cstdint>

namespace bp::rates {

/// Random operands of the unit's type, none of them zero and none larger than 2 by magnitude, so
/// that no sum of a launch overflows. Threads and tiles take their words from here again and again.
inline constexpr int operand_words = 4096;

struct RateParams {
  const std::uint32_t* operands;  // operand_words
  float* results;                 // one a thread of the grid: keeps the loop alive
  std::int32_t iterations;
};

// Of each loop: threads of a block, blocks for which an SM has the registers, and operations of one
// iteration in one block.
template <int rows_, int columns_>
struct MmaSyncLoop {
  static constexpr int threads = 256;
  static constexpr int blocks = 2;
  static constexpr int rows = rows_;        // A fragments of a warp
  static constexpr int columns = columns_;  // B fragments of a warp; each pair has its accumulators
  /// `depth`: K of the instruction m16n8k(depth).
  static constexpr double operations(int depth) {
    return 2.0 * 16 * 8 * depth * rows * columns * (threads / 32);
  }
};
using Bf16Loop = MmaSyncLoop<4, 4>;
using E4m3Loop = MmaSyncLoop<2, 4>;  // room for operands that change

struct WgmmaLoop {
  static constexpr int warpgroups = 2;
  static constexpr int threads = warpgroups * 128;
  static constexpr int blocks = 1;
  static constexpr int columns = 256;
  static constexpr int row_bytes = 128;               // one 128-byte swizzled panel of K
  static constexpr int row_steps = row_bytes / 32;    // instructions that walk over it
  static constexpr int instructions = 4 * row_steps;  // of an iteration
  static constexpr double operations(int depth) {
    return 2.0 * 64 * columns * depth * instructions * warpgroups;
  }
};

}  // namespace bp::rates
