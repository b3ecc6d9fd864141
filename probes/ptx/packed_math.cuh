// Arithmetic on two numbers in one register: one instruction variant per function.
#pragma once

namespace bp::ptx {

// --- two f32 in 64 bits (PTX ISA 9.0, sections "add", "mul", "fma" of floating point: .f32x2,
// PTX ISA 8.6, sm_100 and higher)

__device__ inline unsigned long long fma_f32x2(unsigned long long a, unsigned long long b,
                                               unsigned long long c) {
  unsigned long long d;
  asm("fma.rn.f32x2 %0, %1, %2, %3;" : "=l"(d) : "l"(a), "l"(b), "l"(c));
  return d;
}
__device__ inline unsigned long long add_f32x2(unsigned long long a, unsigned long long b) {
  unsigned long long d;
  asm("add.rn.f32x2 %0, %1, %2;" : "=l"(d) : "l"(a), "l"(b));
  return d;
}
__device__ inline unsigned long long mul_f32x2(unsigned long long a, unsigned long long b) {
  unsigned long long d;
  asm("mul.rn.f32x2 %0, %1, %2;" : "=l"(d) : "l"(a), "l"(b));
  return d;
}

// --- two 16-bit floats in 32 bits (PTX ISA 9.0, section "Half Precision Floating Point
// Instructions")

#define BP_THREE(name, opcode)                                          \
  __device__ inline unsigned name(unsigned a, unsigned b, unsigned c) { \
    unsigned d;                                                         \
    asm(opcode " %0, %1, %2, %3;" : "=r"(d) : "r"(a), "r"(b), "r"(c));  \
    return d;                                                           \
  }
#define BP_TWO(name, opcode)                                \
  __device__ inline unsigned name(unsigned a, unsigned b) { \
    unsigned d;                                             \
    asm(opcode " %0, %1, %2;" : "=r"(d) : "r"(a), "r"(b));  \
    return d;                                               \
  }
#define BP_ONE(name, opcode)                    \
  __device__ inline unsigned name(unsigned a) { \
    unsigned d;                                 \
    asm(opcode " %0, %1;" : "=r"(d) : "r"(a));  \
    return d;                                   \
  }

// PTX ISA 7.0, sm_80 and higher.
BP_THREE(fma_f16x2, "fma.rn.f16x2")
BP_THREE(fma_relu_f16x2, "fma.rn.relu.f16x2")
BP_TWO(min_f16x2, "min.f16x2")
BP_TWO(max_nan_f16x2, "max.NaN.f16x2")
BP_THREE(fma_bf16x2, "fma.rn.bf16x2")
BP_THREE(fma_relu_bf16x2, "fma.rn.relu.bf16x2")
BP_TWO(min_bf16x2, "min.bf16x2")
BP_TWO(max_nan_bf16x2, "max.NaN.bf16x2")

// PTX ISA 7.8, sm_90 and higher.
BP_TWO(add_bf16x2, "add.rn.bf16x2")
BP_TWO(sub_bf16x2, "sub.rn.bf16x2")
BP_TWO(mul_bf16x2, "mul.rn.bf16x2")
BP_ONE(ex2_bf16x2, "ex2.approx.ftz.bf16x2")
BP_ONE(tanh_bf16x2, "tanh.approx.bf16x2")

#undef BP_THREE
#undef BP_TWO
#undef BP_ONE

}  // namespace bp::ptx
