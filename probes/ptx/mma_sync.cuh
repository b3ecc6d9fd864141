// mma.sync: warp-level matrix multiply-accumulate, D += A * B, one instruction variant per
// function.
//
// PTX ISA 9.0, section 9.7.14.5 "Matrix multiply-accumulate operation using mma instruction"
// (fragments of .m16n8k8 tf32, .m16n8k16, .m16n8k32, .m16n8k64). In all of these a row of A and a
// column of B is 32 bytes of packed elements, lowest element in the lowest bits, so that in units
// of 32-bit words the fragments are the same. With g = lane / 4 and t = lane % 4:
//   a = {A[g][t], A[g + 8][t], A[g][t + 4], A[g + 8][t + 4]}   b = {B[t][g], B[t + 4][g]}   (k
//   counted in words) d = {D[g][2t], D[g][2t + 1], D[g + 8][2t], D[g + 8][2t + 1]} (elements)
//
// The accumulator is read and written in place: without the instruction D keeps the value of C.
#pragma once

namespace bp::ptx {

/// f16 x f16 -> f32, K = 16. PTX ISA 7.0, sm_80.
__device__ inline void mma_f16(float (&d)[4], const unsigned (&a)[4], const unsigned (&b)[2]) {
  asm volatile(
      "mma.sync.aligned.m16n8k16.row.col.f32.f16.f16.f32 "
      "{%0,%1,%2,%3}, {%4,%5,%6,%7}, {%8,%9}, {%0,%1,%2,%3};"
      : "+f"(d[0]), "+f"(d[1]), "+f"(d[2]), "+f"(d[3])
      : "r"(a[0]), "r"(a[1]), "r"(a[2]), "r"(a[3]), "r"(b[0]), "r"(b[1]));
}

/// bf16 x bf16 -> f32, K = 16. PTX ISA 7.0, sm_80.
__device__ inline void mma_bf16(float (&d)[4], const unsigned (&a)[4], const unsigned (&b)[2]) {
  asm volatile(
      "mma.sync.aligned.m16n8k16.row.col.f32.bf16.bf16.f32 "
      "{%0,%1,%2,%3}, {%4,%5,%6,%7}, {%8,%9}, {%0,%1,%2,%3};"
      : "+f"(d[0]), "+f"(d[1]), "+f"(d[2]), "+f"(d[3])
      : "r"(a[0]), "r"(a[1]), "r"(a[2]), "r"(a[3]), "r"(b[0]), "r"(b[1]));
}

/// tf32 x tf32 -> f32, K = 8. PTX ISA 7.0, sm_80.
__device__ inline void mma_tf32(float (&d)[4], const unsigned (&a)[4], const unsigned (&b)[2]) {
  asm volatile(
      "mma.sync.aligned.m16n8k8.row.col.f32.tf32.tf32.f32 "
      "{%0,%1,%2,%3}, {%4,%5,%6,%7}, {%8,%9}, {%0,%1,%2,%3};"
      : "+f"(d[0]), "+f"(d[1]), "+f"(d[2]), "+f"(d[3])
      : "r"(a[0]), "r"(a[1]), "r"(a[2]), "r"(a[3]), "r"(b[0]), "r"(b[1]));
}

/// s8 x s8 -> s32 (wrapping), K = 32. PTX ISA 7.0, sm_80.
__device__ inline void mma_s8(int (&d)[4], const unsigned (&a)[4], const unsigned (&b)[2]) {
  asm volatile(
      "mma.sync.aligned.m16n8k32.row.col.s32.s8.s8.s32 "
      "{%0,%1,%2,%3}, {%4,%5,%6,%7}, {%8,%9}, {%0,%1,%2,%3};"
      : "+r"(d[0]), "+r"(d[1]), "+r"(d[2]), "+r"(d[3])
      : "r"(a[0]), "r"(a[1]), "r"(a[2]), "r"(a[3]), "r"(b[0]), "r"(b[1]));
}

/// e4m3 x e4m3 -> f32, K = 32. PTX ISA 8.4, sm_89.
__device__ inline void mma_e4m3(float (&d)[4], const unsigned (&a)[4], const unsigned (&b)[2]) {
  asm volatile(
      "mma.sync.aligned.m16n8k32.row.col.f32.e4m3.e4m3.f32 "
      "{%0,%1,%2,%3}, {%4,%5,%6,%7}, {%8,%9}, {%0,%1,%2,%3};"
      : "+f"(d[0]), "+f"(d[1]), "+f"(d[2]), "+f"(d[3])
      : "r"(a[0]), "r"(a[1]), "r"(a[2]), "r"(a[3]), "r"(b[0]), "r"(b[1]));
}

/// e2m1 x e2m1 -> f32, K = 32. Each 4-bit element sits in the middle of a byte: 0b00ABCD00.
/// PTX ISA 8.7, sm_120a and sm_120f.
__device__ inline void mma_f8f6f4_e2m1(float (&d)[4], const unsigned (&a)[4],
                                       const unsigned (&b)[2]) {
  asm volatile(
      "mma.sync.aligned.m16n8k32.row.col.kind::f8f6f4.f32.e2m1.e2m1.f32 "
      "{%0,%1,%2,%3}, {%4,%5,%6,%7}, {%8,%9}, {%0,%1,%2,%3};"
      : "+f"(d[0]), "+f"(d[1]), "+f"(d[2]), "+f"(d[3])
      : "r"(a[0]), "r"(a[1]), "r"(a[2]), "r"(a[3]), "r"(b[0]), "r"(b[1]));
}

// Block scaling, section 9.7.14.3: D += (A * scale_A) * (B * scale_B). Of the selectors {byte-id,
// thread-id} both are 0 here: scale_A of row g comes from lane 4g, of row g + 8 from lane 4g + 1;
// scale_B of column g from lane 4g. Byte i of the word is the scale of the i-th part of K, the
// lowest byte alone with .scale_vec::1X.

/// e4m3 x e4m3 -> f32, K = 32, one ue8m0 scale for each row of A and column of B.
/// PTX ISA 8.7, sm_120a and sm_120f.
__device__ inline void mma_mxf8f6f4_e4m3(float (&d)[4], const unsigned (&a)[4],
                                         const unsigned (&b)[2], unsigned scale_a,
                                         unsigned scale_b) {
  asm volatile(
      "mma.sync.aligned.m16n8k32.row.col.kind::mxf8f6f4.block_scale.scale_vec::1X.f32.e4m3.e4m3."
      "f32.ue8m0 "
      "{%0,%1,%2,%3}, {%4,%5,%6,%7}, {%8,%9}, {%0,%1,%2,%3}, %10, {0, 0}, %11, {0, 0};"
      : "+f"(d[0]), "+f"(d[1]), "+f"(d[2]), "+f"(d[3])
      : "r"(a[0]), "r"(a[1]), "r"(a[2]), "r"(a[3]), "r"(b[0]), "r"(b[1]), "r"(scale_a),
        "r"(scale_b));
}

/// e2m1 x e2m1 -> f32, K = 64, a ue4m3 scale for every 16 elements of K. PTX ISA 8.7, sm_120a and
/// sm_120f.
__device__ inline void mma_mxf4nvf4(float (&d)[4], const unsigned (&a)[4], const unsigned (&b)[2],
                                    unsigned scale_a, unsigned scale_b) {
  asm volatile(
      "mma.sync.aligned.m16n8k64.row.col.kind::mxf4nvf4.block_scale.scale_vec::4X.f32.e2m1.e2m1."
      "f32.ue4m3 "
      "{%0,%1,%2,%3}, {%4,%5,%6,%7}, {%8,%9}, {%0,%1,%2,%3}, %10, {0, 0}, %11, {0, 0};"
      : "+f"(d[0]), "+f"(d[1]), "+f"(d[2]), "+f"(d[3])
      : "r"(a[0]), "r"(a[1]), "r"(a[2]), "r"(a[3]), "r"(b[0]), "r"(b[1]), "r"(scale_a),
        "r"(scale_b));
}

}  // namespace bp::ptx
