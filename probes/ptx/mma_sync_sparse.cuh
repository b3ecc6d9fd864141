// mma.sp::ordered_metadata.sync: mma.sync whose A is half zeros that are not stored, one
// instruction variant per function.
//
// PTX ISA 9.0, section 9.7.14.6 "Matrix multiply-accumulate operation using mma.sp instruction with
// sparse matrix A". The stored elements of A are spread over the registers as those of a dense A
// (probes/ptx/mma_sync.cuh), a column of B is 64 bytes: b[i] = B[t + 4 i][g], k counted in words.
//
// The metadata of a row, lowest bits first, has four bits for every two stored elements: their
// places, two bits each and ascending, in a chunk of four (f16, bf16, 8-bit types); for every four
// elements of 4 bits the places of their two pairs in a chunk of eight; for every tf32 element
// 0b0100 (first of two) or 0b1110 (second). Lane t of a quad gives, of rows g and g + 8,
//   with 32 bits a row: lanes 0 and 1 (selector 0) the lower and the upper halves, row g + 8's in
//     the upper 16 bits ("Sparse MMA .m16n8k32 metadata layout", ".m16n8k16 .. tf32");
//   with 64 bits a row: row g + 8 (t % 2), its 32 lower bits if t < 2, else the upper ones
//     (".m16n8k64 metadata layout", ".m16n8k128 .."; ELayout of CUTLASS
//     mma_traits_sm120_sparse.hpp).
#pragma once

namespace bp::ptx {

#define BP_MMA_SP(name, opcode, Accumulator, constraint)                                        \
  __device__ inline void name(Accumulator(&d)[4], const unsigned(&a)[4], const unsigned(&b)[4], \
                              unsigned metadata) {                                              \
    asm volatile("mma.sp::ordered_metadata.sync.aligned." opcode                                \
                 " {%0,%1,%2,%3}, {%4,%5,%6,%7}, {%8,%9,%10,%11}, {%0,%1,%2,%3}, %12, 0;"       \
                 : constraint(d[0]), constraint(d[1]), constraint(d[2]), constraint(d[3])       \
                 : "r"(a[0]), "r"(a[1]), "r"(a[2]), "r"(a[3]), "r"(b[0]), "r"(b[1]), "r"(b[2]), \
                   "r"(b[3]), "r"(metadata));                                                   \
  }

// PTX ISA 8.5, sm_80; FP8: sm_89; kind::f8f6f4: PTX ISA 8.7, sm_120a and sm_120f.
BP_MMA_SP(mma_sp_f16, "m16n8k32.row.col.f32.f16.f16.f32", float, "+f")
BP_MMA_SP(mma_sp_bf16, "m16n8k32.row.col.f32.bf16.bf16.f32", float, "+f")
BP_MMA_SP(mma_sp_tf32, "m16n8k16.row.col.f32.tf32.tf32.f32", float, "+f")
BP_MMA_SP(mma_sp_s8, "m16n8k64.row.col.s32.s8.s8.s32", int, "+r")
BP_MMA_SP(mma_sp_e4m3, "m16n8k64.row.col.f32.e4m3.e4m3.f32", float, "+f")
BP_MMA_SP(mma_sp_f8f6f4_e2m1, "m16n8k64.row.col.kind::f8f6f4.f32.e2m1.e2m1.f32", float, "+f")

/// mma.sp without ::ordered_metadata: the two places of a chunk may stand in any order. PTX
/// ISA 7.1, sm_80.
__device__ inline void mma_sp_f16_unordered(float (&d)[4], const unsigned (&a)[4],
                                            const unsigned (&b)[4], unsigned metadata) {
  asm volatile(
      "mma.sp.sync.aligned.m16n8k32.row.col.f32.f16.f16.f32 "
      "{%0,%1,%2,%3}, {%4,%5,%6,%7}, {%8,%9,%10,%11}, {%0,%1,%2,%3}, %12, 0;"
      : "+f"(d[0]), "+f"(d[1]), "+f"(d[2]), "+f"(d[3])
      : "r"(a[0]), "r"(a[1]), "r"(a[2]), "r"(a[3]), "r"(b[0]), "r"(b[1]), "r"(b[2]), "r"(b[3]),
        "r"(metadata));
}

// Scales as in probes/ptx/mma_sync.cuh, for the parts of the whole K. PTX ISA 8.7; kind::mxf8f6f4:
// sm_120a and sm_120f, kind::mxf4nvf4: sm_120a and sm_121a alone.
#define BP_MMA_SP_SCALED(name, opcode)                                                          \
  __device__ inline void name(float(&d)[4], const unsigned(&a)[4], const unsigned(&b)[4],       \
                              unsigned metadata, unsigned scale_a, unsigned scale_b) {          \
    asm volatile("mma.sp::ordered_metadata.sync.aligned." opcode                                \
                 " {%0,%1,%2,%3}, {%4,%5,%6,%7}, {%8,%9,%10,%11}, {%0,%1,%2,%3}, %12, 0, "      \
                 "%13, {0, 0}, %14, {0, 0};"                                                    \
                 : "+f"(d[0]), "+f"(d[1]), "+f"(d[2]), "+f"(d[3])                               \
                 : "r"(a[0]), "r"(a[1]), "r"(a[2]), "r"(a[3]), "r"(b[0]), "r"(b[1]), "r"(b[2]), \
                   "r"(b[3]), "r"(metadata), "r"(scale_a), "r"(scale_b));                       \
  }
BP_MMA_SP_SCALED(
    mma_sp_mxf8f6f4,
    "m16n8k64.row.col.kind::mxf8f6f4.block_scale.scale_vec::1X.f32.e4m3.e4m3.f32.ue8m0")
BP_MMA_SP_SCALED(
    mma_sp_mxf4nvf4,
    "m16n8k128.row.col.kind::mxf4nvf4.block_scale.scale_vec::4X.f32.e2m1.e2m1.f32.ue4m3")

#undef BP_MMA_SP_SCALED
#undef BP_MMA_SP

}  // namespace bp::ptx
