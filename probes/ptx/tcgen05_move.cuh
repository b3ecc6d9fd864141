// tcgen05.ld and tcgen05.st in their other shapes, and tcgen05.ld.red (PTX ISA 9.0, 9.7.16.8): a
// whole warp moves registers from or to Tensor Memory; what lies where is told in
// probes/features/tcgen05_moves.h. Loads leave the registers as they are where the instruction is
// taken out, hence "+r".
#pragma once

#include <cstdint>

namespace bp::ptx {

// NOLINTBEGIN(bugprone-macro-parentheses)

#define BP_REGISTERS_1(how) how(v[0])
#define BP_REGISTERS_2(how) how(v[0]), how(v[1])
#define BP_REGISTERS_4(how) BP_REGISTERS_2(how), how(v[2]), how(v[3])
#define BP_REGISTERS_8(how) BP_REGISTERS_4(how), how(v[4]), how(v[5]), how(v[6]), how(v[7])
#define BP_NAMES_1 "{%0}, [%1]"
#define BP_NAMES_2 "{%0, %1}, [%2]"
#define BP_NAMES_4 "{%0, %1, %2, %3}, [%4]"
#define BP_NAMES_8 "{%0, %1, %2, %3, %4, %5, %6, %7}, [%8]"
#define BP_STORED_1 "{%1}"
#define BP_STORED_2 "{%1, %2}"
#define BP_STORED_4 "{%1, %2, %3, %4}"
#define BP_STORED_8 "{%1, %2, %3, %4, %5, %6, %7, %8}"

/// `count` registers; `split`: ", N" with .16x32bx2, the distance of its second half.
#define BP_TCGEN05_MOVE(name, shape, count, split, pack, unpack)                                  \
  __device__ inline void tcgen05_load_##name(unsigned* v, unsigned address) {                     \
    asm volatile("tcgen05.ld.sync.aligned." shape pack ".b32 " BP_NAMES_##count split ";"         \
                 : BP_REGISTERS_##count("+r")                                                     \
                 : "r"(address)                                                                   \
                 : "memory");                                                                     \
  }                                                                                               \
  __device__ inline void tcgen05_store_##name(const unsigned* v, unsigned address) {              \
    asm volatile("tcgen05.st.sync.aligned." shape unpack ".b32 [%0]" split ", " BP_STORED_##count \
                 ";" ::"r"(address),                                                              \
                 BP_REGISTERS_##count("r")                                                        \
                 : "memory");                                                                     \
  }

BP_TCGEN05_MOVE(32x32b_x1, "32x32b.x1", 1, "", "", "")
BP_TCGEN05_MOVE(32x32b_x2, "32x32b.x2", 2, "", "", "")
BP_TCGEN05_MOVE(32x32b_x4, "32x32b.x4", 4, "", "", "")
BP_TCGEN05_MOVE(32x32b_x8, "32x32b.x8", 8, "", "", "")
BP_TCGEN05_MOVE(16x64b_x1, "16x64b.x1", 1, "", "", "")
BP_TCGEN05_MOVE(16x64b_x4, "16x64b.x4", 4, "", "", "")
BP_TCGEN05_MOVE(16x128b_x1, "16x128b.x1", 2, "", "", "")
BP_TCGEN05_MOVE(16x128b_x2, "16x128b.x2", 4, "", "", "")
BP_TCGEN05_MOVE(16x256b_x1, "16x256b.x1", 4, "", "", "")
BP_TCGEN05_MOVE(16x256b_x2, "16x256b.x2", 8, "", "", "")
BP_TCGEN05_MOVE(16x32bx2_x1, "16x32bx2.x1", 1, ", 4", "", "")
BP_TCGEN05_MOVE(16x32bx2_x4, "16x32bx2.x4", 4, ", 4", "", "")
BP_TCGEN05_MOVE(32x32b_x4_16b, "32x32b.x4", 4, "", ".pack::16b", ".unpack::16b")
BP_TCGEN05_MOVE(16x64b_x2_16b, "16x64b.x2", 2, "", ".pack::16b", ".unpack::16b")
BP_TCGEN05_MOVE(16x128b_x1_16b, "16x128b.x1", 2, "", ".pack::16b", ".unpack::16b")
BP_TCGEN05_MOVE(16x256b_x1_16b, "16x256b.x1", 4, "", ".pack::16b", ".unpack::16b")
BP_TCGEN05_MOVE(16x32bx2_x2_16b, "16x32bx2.x2", 2, ", 4", ".pack::16b", ".unpack::16b")

/// Eight columns and their reduction. PTX ISA 8.8; not on sm_100.
#define BP_TCGEN05_LOAD_REDUCED(name, operation, how, type)                              \
  __device__ inline void tcgen05_load_##name(type* v, type& reduced, unsigned address) { \
    asm volatile("tcgen05.ld.red.sync.aligned.32x32b.x8." operation                      \
                 " {%0, %1, %2, %3, %4, %5, %6, %7}, %8, [%9];"                          \
                 : BP_REGISTERS_8(how), how(reduced)                                     \
                 : "r"(address)                                                          \
                 : "memory");                                                            \
  }

BP_TCGEN05_LOAD_REDUCED(max_u32, "max.u32", "+r", unsigned)
BP_TCGEN05_LOAD_REDUCED(min_s32, "min.s32", "+r", unsigned)
BP_TCGEN05_LOAD_REDUCED(max_f32, "max.f32", "+f", float)
BP_TCGEN05_LOAD_REDUCED(min_abs_f32, "min.abs.f32", "+f", float)

#undef BP_TCGEN05_LOAD_REDUCED
#undef BP_TCGEN05_MOVE
#undef BP_STORED_8
#undef BP_STORED_4
#undef BP_STORED_2
#undef BP_STORED_1
#undef BP_NAMES_8
#undef BP_NAMES_4
#undef BP_NAMES_2
#undef BP_NAMES_1
#undef BP_REGISTERS_8
#undef BP_REGISTERS_4
#undef BP_REGISTERS_2
#undef BP_REGISTERS_1

// NOLINTEND(bugprone-macro-parentheses)

}  // namespace bp::ptx
