// Single instructions on floats that no CUDA header is needed for: those headers depend on
// __CUDA_ARCH__.
#pragma once

namespace bp::ptx {

/// 2^x, at most 2 ulp off; denormal results become 0 (PTX ISA 9.0, section "ex2").
__device__ inline float exp2_approx(float x) {
  float y;
  asm("ex2.approx.ftz.f32 %0, %1;" : "=f"(y) : "f"(x));
  return y;
}

/// Two floats rounded to nearest even bf16; `low` comes into the lower half. PTX ISA 7.0, sm_80.
__device__ inline unsigned pack_bf16(float low, float high) {
  unsigned packed;
  asm("cvt.rn.bf16x2.f32 %0, %1, %2;" : "=r"(packed) : "f"(high), "f"(low));
  return packed;
}

/// The two f16 of a register as floats, which is exact. PTX ISA 6.0.
__device__ inline void unpack_f16(unsigned halves, float& low, float& high) {
  asm("{\n\t.reg .b16 l, h;\n\tmov.b32 {l, h}, %2;\n\t"
      "cvt.f32.f16 %0, l;\n\tcvt.f32.f16 %1, h;\n\t}"
      : "=f"(low), "=f"(high)
      : "r"(halves));
}

}  // namespace bp::ptx
