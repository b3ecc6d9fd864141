// mma.sync: warp-level matrix multiply-accumulate, D += A * B, one instruction variant per
// function.
//
// PTX ISA 9.0, section 9.7.14.5 "Matrix multiply-accumulate operation using mma instruction"
// (fragments of .m8n8k4 f64, .m16n8k8 tf32, .m16n8k16, .m16n8k32, .m16n8k64, .m16n8k256). In nearly
// all of these a row of A and a column of B is 32 bytes of packed elements, lowest element in the
// lowest bits, so that in units of 32-bit words the fragments are the same. With g = lane / 4 and
// t = lane % 4:
//   a = {A[g][t], A[g + 8][t], A[g][t + 4], A[g + 8][t + 4]}   b = {B[t][g], B[t + 4][g]}   (k
//   counted in words) d = {D[g][2t], D[g][2t + 1], D[g + 8][2t], D[g + 8][2t + 1]} (elements)
// With f16 accumulators a register of D holds two neighbours. f64 follows the same rule in words of
// 64 bits: m8n8k4 without the upper rows, m16n8k16 with t + 8 and t + 12 behind t + 4.
//
// The accumulator is read and written in place: without the instruction D keeps the value of C.
#pragma once

namespace bp::ptx {

#define BP_MMA(name, opcode, Accumulator, constraint)                                             \
  __device__ inline void name(Accumulator(&d)[4], const unsigned(&a)[4], const unsigned(&b)[2]) { \
    asm volatile(opcode " {%0,%1,%2,%3}, {%4,%5,%6,%7}, {%8,%9}, {%0,%1,%2,%3};"                  \
                 : constraint(d[0]), constraint(d[1]), constraint(d[2]), constraint(d[3])         \
                 : "r"(a[0]), "r"(a[1]), "r"(a[2]), "r"(a[3]), "r"(b[0]), "r"(b[1]));             \
  }
#define BP_MMA_F32(name, opcode) BP_MMA(name, opcode, float, "+f")
#define BP_MMA_S32(name, opcode) BP_MMA(name, opcode, int, "+r")
#define BP_MMA_F16(name, opcode)                                                               \
  __device__ inline void name(unsigned(&d)[2], const unsigned(&a)[4], const unsigned(&b)[2]) { \
    asm volatile(opcode " {%0,%1}, {%2,%3,%4,%5}, {%6,%7}, {%0,%1};"                           \
                 : "+r"(d[0]), "+r"(d[1])                                                      \
                 : "r"(a[0]), "r"(a[1]), "r"(a[2]), "r"(a[3]), "r"(b[0]), "r"(b[1]));          \
  }

// PTX ISA 7.0, sm_80; integers wrap; the AND of single bits: PTX ISA 7.1.
BP_MMA_F32(mma_f16, "mma.sync.aligned.m16n8k16.row.col.f32.f16.f16.f32")
BP_MMA_F16(mma_f16_acc_f16, "mma.sync.aligned.m16n8k16.row.col.f16.f16.f16.f16")
BP_MMA_F32(mma_bf16, "mma.sync.aligned.m16n8k16.row.col.f32.bf16.bf16.f32")
BP_MMA_F32(mma_tf32, "mma.sync.aligned.m16n8k8.row.col.f32.tf32.tf32.f32")
BP_MMA_S32(mma_s8, "mma.sync.aligned.m16n8k32.row.col.s32.s8.s8.s32")
BP_MMA_S32(mma_s4, "mma.sync.aligned.m16n8k64.row.col.s32.s4.s4.s32")
BP_MMA_S32(mma_b1_xor, "mma.sync.aligned.m16n8k256.row.col.s32.b1.b1.s32.xor.popc")
BP_MMA_S32(mma_b1_and, "mma.sync.aligned.m16n8k256.row.col.s32.b1.b1.s32.and.popc")

// PTX ISA 8.4, sm_89; with f16 accumulators 8.7.
BP_MMA_F32(mma_e4m3, "mma.sync.aligned.m16n8k32.row.col.f32.e4m3.e4m3.f32")
BP_MMA_F32(mma_e5m2, "mma.sync.aligned.m16n8k32.row.col.f32.e5m2.e5m2.f32")
BP_MMA_F16(mma_e4m3_acc_f16, "mma.sync.aligned.m16n8k32.row.col.f16.e4m3.e4m3.f16")
BP_MMA_F16(mma_e5m2_acc_f16, "mma.sync.aligned.m16n8k32.row.col.f16.e5m2.e5m2.f16")

// PTX ISA 8.7, sm_120a and sm_120f; e4m3 and e5m2 on families of sm_100 too. 6-bit elements sit in
// the lower bits of a byte (0b00ABCDEF), 4-bit elements in its middle (0b00ABCD00).
#define BP_MMA_F8F6F4(name, types) \
  BP_MMA_F32(name, "mma.sync.aligned.m16n8k32.row.col.kind::f8f6f4.f32." types ".f32")
BP_MMA_F8F6F4(mma_f8f6f4_e4m3, "e4m3.e4m3")
BP_MMA_F8F6F4(mma_f8f6f4_e5m2, "e5m2.e5m2")
BP_MMA_F8F6F4(mma_f8f6f4_e3m2, "e3m2.e3m2")
BP_MMA_F8F6F4(mma_f8f6f4_e2m3, "e2m3.e2m3")
BP_MMA_F8F6F4(mma_f8f6f4_e2m1, "e2m1.e2m1")
BP_MMA_F8F6F4(mma_f8f6f4_mixed, "e4m3.e2m1")

// f64: PTX ISA 7.0, sm_80; m16n8k16: 7.8, sm_90. Words are the bits of doubles.
__device__ inline void mma_f64_m8n8k4(double (&d)[2], const unsigned long long (&a)[1],
                                      const unsigned long long (&b)[1]) {
  asm volatile("mma.sync.aligned.m8n8k4.row.col.f64.f64.f64.f64 {%0,%1}, {%2}, {%3}, {%0,%1};"
               : "+d"(d[0]), "+d"(d[1])
               : "d"(__longlong_as_double(static_cast<long long>(a[0]))),
                 "d"(__longlong_as_double(static_cast<long long>(b[0]))));
}
__device__ inline void mma_f64_m16n8k16(double (&d)[4], const unsigned long long (&a)[8],
                                        const unsigned long long (&b)[4]) {
  double u[8];
  double v[4];
  for (int i = 0; i < 8; ++i) u[i] = __longlong_as_double(static_cast<long long>(a[i]));
  for (int i = 0; i < 4; ++i) v[i] = __longlong_as_double(static_cast<long long>(b[i]));
  asm volatile(
      "mma.sync.aligned.m16n8k16.row.col.f64.f64.f64.f64 {%0,%1,%2,%3}, "
      "{%4,%5,%6,%7,%8,%9,%10,%11}, {%12,%13,%14,%15}, {%0,%1,%2,%3};"
      : "+d"(d[0]), "+d"(d[1]), "+d"(d[2]), "+d"(d[3])
      : "d"(u[0]), "d"(u[1]), "d"(u[2]), "d"(u[3]), "d"(u[4]), "d"(u[5]), "d"(u[6]), "d"(u[7]),
        "d"(v[0]), "d"(v[1]), "d"(v[2]), "d"(v[3]));
}

// Block scaling, section 9.7.14.3: D += (A * scale_A) * (B * scale_B). Of the selectors {byte-id,
// thread-id} both are 0 here: scale_A of row g comes from lane 4g, of row g + 8 from lane 4g + 1;
// scale_B of column g from lane 4g. Byte i of the word is the scale of the i-th part of K, the
// lowest byte alone with .scale_vec::1X, the lower two with 2X.
// PTX ISA 8.7, sm_120a and sm_120f. kind::mxf4nvf4 with 4X takes ue4m3 alone before PTX ISA 9.1.
#define BP_MMA_SCALED(name, opcode)                                                                \
  __device__ inline void name(float(&d)[4], const unsigned(&a)[4], const unsigned(&b)[2],          \
                              unsigned scale_a, unsigned scale_b) {                                \
    asm volatile(opcode                                                                            \
                 " {%0,%1,%2,%3}, {%4,%5,%6,%7}, {%8,%9}, {%0,%1,%2,%3}, %10, {0, 0}, %11, "       \
                 "{0, 0};"                                                                         \
                 : "+f"(d[0]), "+f"(d[1]), "+f"(d[2]), "+f"(d[3])                                  \
                 : "r"(a[0]), "r"(a[1]), "r"(a[2]), "r"(a[3]), "r"(b[0]), "r"(b[1]), "r"(scale_a), \
                   "r"(scale_b));                                                                  \
  }
BP_MMA_SCALED(mma_mxf8f6f4_e4m3,
              "mma.sync.aligned.m16n8k32.row.col.kind::mxf8f6f4.block_scale.scale_vec::1X.f32.e4m3."
              "e4m3.f32.ue8m0")
BP_MMA_SCALED(mma_mxf4,
              "mma.sync.aligned.m16n8k64.row.col.kind::mxf4.block_scale.scale_vec::2X.f32.e2m1."
              "e2m1.f32.ue8m0")
BP_MMA_SCALED(mma_mxf4nvf4_2x,
              "mma.sync.aligned.m16n8k64.row.col.kind::mxf4nvf4.block_scale.scale_vec::2X.f32.e2m1."
              "e2m1.f32.ue8m0")
BP_MMA_SCALED(mma_mxf4nvf4,
              "mma.sync.aligned.m16n8k64.row.col.kind::mxf4nvf4.block_scale.scale_vec::4X.f32.e2m1."
              "e2m1.f32.ue4m3")

#undef BP_MMA_SCALED
#undef BP_MMA_F8F6F4
#undef BP_MMA_F16
#undef BP_MMA_S32
#undef BP_MMA_F32
#undef BP_MMA

}  // namespace bp::ptx
