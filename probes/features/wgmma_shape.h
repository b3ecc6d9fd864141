// What both halves of the wgmma probes know: D (64 x 64) = A B, its operands in the input buffer,
// and the shape of the clocked loop.
#pragma once

namespace bp::wgmma {

inline constexpr unsigned rows = 64, columns = 64;  // of D
inline constexpr unsigned instruction_bytes = 32;   // of a line of A (dense) that one wgmma reads
inline constexpr unsigned threads = 128;

// Sparse: two instructions. A line of A, compressed, is 64 bytes, one of B 128. Behind them lie the
// metadata: for each row of A and each instruction one or two words (8-bit types), four bits for
// each chunk of four elements (tf32: two) along K, low bits first.
inline constexpr unsigned sparse_steps = 2;
inline constexpr unsigned sparse_a_bytes = 64, sparse_b_bytes = 128;

inline constexpr unsigned swizzle_modes = 4;  // each runs once

// The clocked loop: two warpgroups, so that one always has a wgmma waiting for the tensor cores
// while the other's ends; m64n256, the most work for each byte from shared memory.
inline constexpr unsigned rate_warpgroups = 2;
inline constexpr unsigned rate_threads = threads * rate_warpgroups;
inline constexpr unsigned rate_columns = 256;
inline constexpr unsigned rate_unroll = 4;
inline constexpr unsigned rate_iterations = 256;  // about 0.15 ms at the peak of Hopper

}  // namespace bp::wgmma
