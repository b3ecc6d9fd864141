// Layout of the buffers of the atom.b128 probe, in words, for both halves.
#pragma once

namespace bp::atom_b128 {

inline constexpr unsigned threads = 128;
inline constexpr unsigned in_words = 9;
inline constexpr unsigned out_words = 12;  // 4 in memory, 4 old, whole, rest: keeps alignment
inline constexpr unsigned sum_at = threads * out_words;
// Behind the outputs, zero at first: the place all exchange, aligned to 16 bytes, and a sum.
inline constexpr unsigned shared_at = sum_at + 4;
inline constexpr unsigned long long factor = 0x9e3779b97f4a7c15;

}  // namespace bp::atom_b128
