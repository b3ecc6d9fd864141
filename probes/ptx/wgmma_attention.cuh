// The wgmma shapes of the attention and indexer kernels (PTX ISA 9.0, 9.7.15): bf16 and e4m3 with
// f32 accumulators, 32 to 256 columns, A in shared memory or in registers, and a predicate that
// says whether D is added to or replaced. Fragments: see wgmma.cuh; descriptors: wgmma_layout.h.
#pragma once

#include <cstdint>

#include "probes/ptx/wgmma.cuh"

namespace bp::ptx {

/// Which dimension of an operand in shared memory is contiguous: K, or M of A and N of B.
inline constexpr int k_major = 0;
inline constexpr int mn_major = 1;

// `count` accumulators of m64 n(2 count). The numbers are those of the operands behind them.
#define BP_WGMMA_ATTENTION(count, columns, n0, n1, n2, n3, n4, n5, n6)                            \
  template <int a_major = k_major, int b_major = k_major>                                         \
  __device__ inline void wgmma_bf16(float(&d)[count], std::uint64_t a, std::uint64_t b,           \
                                    int accumulate) {                                             \
    asm volatile("{\n\t.reg .pred p;\n\tsetp.ne.b32 p, %" #n2                                     \
                 ", 0;\n\twgmma.mma_async.sync.aligned.m64n" #columns                             \
                 "k16.f32.bf16.bf16 {" BP_WGMMA_REGISTERS_##count                                 \
                 "}, %" #n0 ", %" #n1 ", p, 1, 1, %" #n3 ", %" #n4 ";\n\t}"                       \
                 : BP_WGMMA_INOUT_##count("+f", 0)                                                \
                 : "l"(a), "l"(b), "r"(accumulate), "n"(a_major), "n"(b_major)                    \
                 : "memory");                                                                     \
  }                                                                                               \
  template <int b_major = k_major>                                                                \
  __device__ inline void wgmma_bf16(float(&d)[count], const unsigned(&a)[4], std::uint64_t b,     \
                                    int accumulate) {                                             \
    asm volatile("{\n\t.reg .pred p;\n\tsetp.ne.b32 p, %" #n5                                     \
                 ", 0;\n\twgmma.mma_async.sync.aligned.m64n" #columns                             \
                 "k16.f32.bf16.bf16 {" BP_WGMMA_REGISTERS_##count                                 \
                 "}, {%" #n0 ", %" #n1 ", %" #n2 ", %" #n3 "}, %" #n4 ", p, 1, 1, %" #n6 ";\n\t}" \
                 : BP_WGMMA_INOUT_##count("+f", 0)                                                \
                 : "r"(a[0]), "r"(a[1]), "r"(a[2]), "r"(a[3]), "l"(b), "r"(accumulate),           \
                   "n"(b_major)                                                                   \
                 : "memory");                                                                     \
  }                                                                                               \
  __device__ inline void wgmma_e4m3(float(&d)[count], std::uint64_t a, std::uint64_t b,           \
                                    int accumulate) {                                             \
    asm volatile("{\n\t.reg .pred p;\n\tsetp.ne.b32 p, %" #n2                                     \
                 ", 0;\n\twgmma.mma_async.sync.aligned.m64n" #columns                             \
                 "k32.f32.e4m3.e4m3 {" BP_WGMMA_REGISTERS_##count "}, %" #n0 ", %" #n1            \
                                                                  ", p, 1, 1;\n\t}"               \
                 : BP_WGMMA_INOUT_##count("+f", 0)                                                \
                 : "l"(a), "l"(b), "r"(accumulate)                                                \
                 : "memory");                                                                     \
  }

BP_WGMMA_ATTENTION(16, 32, 16, 17, 18, 19, 20, 21, 22)
BP_WGMMA_ATTENTION(32, 64, 32, 33, 34, 35, 36, 37, 38)
BP_WGMMA_ATTENTION(40, 80, 40, 41, 42, 43, 44, 45, 46)
BP_WGMMA_ATTENTION(64, 128, 64, 65, 66, 67, 68, 69, 70)
BP_WGMMA_ATTENTION(128, 256, 128, 129, 130, 131, 132, 133, 134)

/// Tells the compiler that the registers change: keeps what is read of an accumulator behind the
/// wait for it.
template <int count>
__device__ inline void wgmma_touch(float (&d)[count]) {
#pragma unroll
  for (int i = 0; i < count; ++i) asm volatile("" : "+f"(d[i])::"memory");
}

}  // namespace bp::ptx
