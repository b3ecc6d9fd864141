// Warpgroup MMA (PTX ISA 9.0, 9.7.15): four warps, d += A B with A (64 rows) and B in shared memory
// through descriptors (wgmma_layout.h), or A in registers, and accumulators in registers.
//
// Each function exists for 64 and for 256 columns; the number of accumulators says which.
// 32-bit accumulator 4 j + 2 i + c of thread t holds row 16 (t / 32) + t % 32 / 4 + 8 i, column
// 8 j + 2 (t % 4) + c; an f16 accumulator register holds the two with c = 0 and 1 ("Register
// Fragments for wgmma", matrix D). A in registers: word i holds the four bytes from
// 4 (t % 4) + 16 (i / 2) of row 16 (t / 32) + t % 32 / 4 + 8 (i % 2).
#pragma once

#include <cstdint>

#include "probes/ptx/wgmma_operands.cuh"

namespace bp::ptx {

/// Orders accesses to the accumulator registers before the following wgmma.
__device__ inline void wgmma_fence() { asm volatile("wgmma.fence.sync.aligned;" ::: "memory"); }

__device__ inline void wgmma_commit() {
  asm volatile("wgmma.commit_group.sync.aligned;" ::: "memory");
}

/// Waits until at most `pending` committed groups are under way.
template <unsigned pending = 0>
__device__ inline void wgmma_wait() {
  asm volatile("wgmma.wait_group.sync.aligned %0;" ::"n"(pending) : "memory");
}

/// Which threads of each four bring the metadata of a sparse A: 0 the first two, 1 the last two.
template <unsigned value>
struct WgmmaSelector {};

// One function: `count` accumulators, the numbers of the operands behind them, opcode and tail. The
// predicate that scales D by 1, not by 0, is constant.
#define BP_WGMMA_TEXT(count, opcode, operands, tail)                                      \
  "{\n\t.reg .pred p;\n\tsetp.ne.b32 p, 1, 0;\n\t" opcode " {" BP_WGMMA_REGISTERS_##count \
      "}, " operands ", p" tail ";\n\t}"

#define BP_WGMMA_SHARED(name, type, constraint, count, n0, n1, opcode, tail)       \
  __device__ inline void name(type(&d)[count], std::uint64_t a, std::uint64_t b) { \
    asm volatile(BP_WGMMA_TEXT(count, opcode, "%" #n0 ", %" #n1, tail)             \
                 : BP_WGMMA_INOUT_##count(constraint, 0)                           \
                 : "l"(a), "l"(b)                                                  \
                 : "memory");                                                      \
  }

#define BP_WGMMA_REGISTERS(name, type, constraint, count, n0, n1, n2, n3, n4, opcode, tail)   \
  __device__ inline void name(type(&d)[count], const unsigned(&a)[4], std::uint64_t b) {      \
    asm volatile(                                                                             \
        BP_WGMMA_TEXT(count, opcode, "{%" #n0 ", %" #n1 ", %" #n2 ", %" #n3 "}, %" #n4, tail) \
        : BP_WGMMA_INOUT_##count(constraint, 0)                                               \
        : "r"(a[0]), "r"(a[1]), "r"(a[2]), "r"(a[3]), "l"(b)                                  \
        : "memory");                                                                          \
  }

#define BP_WGMMA_SPARSE(name, type, constraint, count, n0, n1, n2, n3, opcode, tail)       \
  template <unsigned selector>                                                             \
  __device__ inline void name(type(&d)[count], std::uint64_t a, std::uint64_t b,           \
                              unsigned metadata, WgmmaSelector<selector>) {                \
    asm volatile(BP_WGMMA_TEXT(count, opcode, "%" #n0 ", %" #n1 ", %" #n2 ", %" #n3, tail) \
                 : BP_WGMMA_INOUT_##count(constraint, 0)                                   \
                 : "l"(a), "l"(b), "r"(metadata), "n"(selector)                            \
                 : "memory");                                                              \
  }

// Both widths. `types` is what follows m64nN in the opcode.
#define BP_WGMMA(name, type, constraint, types, tail)                                              \
  BP_WGMMA_SHARED(name, type, constraint, 32, 32, 33, "wgmma.mma_async.sync.aligned.m64n64" types, \
                  tail)                                                                            \
  BP_WGMMA_SHARED(name, type, constraint, 128, 128, 129,                                           \
                  "wgmma.mma_async.sync.aligned.m64n256" types, tail)

#define BP_WGMMA_HALF(name, types, tail)                                                          \
  BP_WGMMA_SHARED(name, unsigned, "+r", 16, 16, 17, "wgmma.mma_async.sync.aligned.m64n64" types,  \
                  tail)                                                                           \
  BP_WGMMA_SHARED(name, unsigned, "+r", 64, 64, 65, "wgmma.mma_async.sync.aligned.m64n256" types, \
                  tail)

#define BP_WGMMA_SP(name, type, constraint, types, tail)                \
  BP_WGMMA_SPARSE(name, type, constraint, 32, 32, 33, 34, 35,           \
                  "wgmma.mma_async.sp.sync.aligned.m64n64" types, tail) \
  BP_WGMMA_SPARSE(name, type, constraint, 128, 128, 129, 130, 131,      \
                  "wgmma.mma_async.sp.sync.aligned.m64n256" types, tail)

// The tail: factors of A and of B (not for integers), transpositions of A and of B (16-bit types
// only).
BP_WGMMA(wgmma_f16, float, "+f", "k16.f32.f16.f16", ", 1, 1, 0, 0")
BP_WGMMA(wgmma_f16_mn_major, float, "+f", "k16.f32.f16.f16", ", 1, 1, 1, 1")
BP_WGMMA(wgmma_bf16, float, "+f", "k16.f32.bf16.bf16", ", 1, 1, 0, 0")
BP_WGMMA(wgmma_tf32, float, "+f", "k8.f32.tf32.tf32", ", 1, 1")
BP_WGMMA(wgmma_e4m3, float, "+f", "k32.f32.e4m3.e4m3", ", 1, 1")
BP_WGMMA(wgmma_e5m2, float, "+f", "k32.f32.e5m2.e5m2", ", 1, 1")
BP_WGMMA(wgmma_s8, int, "+r", "k32.s32.s8.s8", "")
BP_WGMMA(wgmma_b1, int, "+r", "k256.s32.b1.b1.and.popc", "")
BP_WGMMA_HALF(wgmma_f16_acc_f16, "k16.f16.f16.f16", ", 1, 1, 0, 0")
BP_WGMMA_HALF(wgmma_e4m3_acc_f16, "k32.f16.e4m3.e4m3", ", 1, 1")

BP_WGMMA_REGISTERS(wgmma_f16, float, "+f", 32, 32, 33, 34, 35, 36,
                   "wgmma.mma_async.sync.aligned.m64n64k16.f32.f16.f16", ", 1, 1, 0")
BP_WGMMA_REGISTERS(wgmma_f16, float, "+f", 128, 128, 129, 130, 131, 132,
                   "wgmma.mma_async.sync.aligned.m64n256k16.f32.f16.f16", ", 1, 1, 0")

// Sparse: A holds two of each four elements (tf32: one of two), the metadata which. PTX ISA 8.2.
BP_WGMMA_SP(wgmma_sp_f16, float, "+f", "k32.f32.f16.f16", ", 1, 1, 0, 0")
BP_WGMMA_SP(wgmma_sp_bf16, float, "+f", "k32.f32.bf16.bf16", ", 1, 1, 0, 0")
BP_WGMMA_SP(wgmma_sp_tf32, float, "+f", "k16.f32.tf32.tf32", ", 1, 1")
BP_WGMMA_SP(wgmma_sp_e4m3, float, "+f", "k64.f32.e4m3.e4m3", ", 1, 1")
BP_WGMMA_SP(wgmma_sp_s8, int, "+r", "k64.s32.s8.s8", "")

}  // namespace bp::ptx
