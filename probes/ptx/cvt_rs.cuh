// cvt with stochastic rounding: the fraction that does not fit plus `random_bits` carries, or not.
//
// PTX ISA 9.0, section "cvt": .rs, PTX ISA 8.7, sm_100a and sm_103a alone. The first input comes
// into the uppermost bits of the result. Which of the random bits are for which input stands there
// under "rbits". Each macro makes the function and its twin with .relu.
#pragma once

namespace bp::ptx {

#define BP_CVT_RS_X2(name, type)                                                                  \
  __device__ inline unsigned name(float a, float b, unsigned random_bits) {                       \
    unsigned packed;                                                                              \
    asm("cvt.rs." type ".f32 %0, %1, %2, %3;" : "=r"(packed) : "f"(a), "f"(b), "r"(random_bits)); \
    return packed;                                                                                \
  }                                                                                               \
  __device__ inline unsigned name##_relu(float a, float b, unsigned random_bits) {                \
    unsigned packed;                                                                              \
    asm("cvt.rs.relu." type ".f32 %0, %1, %2, %3;"                                                \
        : "=r"(packed)                                                                            \
        : "f"(a), "f"(b), "r"(random_bits));                                                      \
    return packed;                                                                                \
  }
BP_CVT_RS_X2(cvt_rs_f16x2, "f16x2")
BP_CVT_RS_X2(cvt_rs_bf16x2, "bf16x2")
#undef BP_CVT_RS_X2

#define BP_CVT_RS_X4(name, type, word, constraint)                                            \
  __device__ inline unsigned name(float a, float b, float e, float f, unsigned random_bits) { \
    word packed;                                                                              \
    asm("cvt.rs.satfinite." type ".f32 %0, {%1, %2, %3, %4}, %5;"                             \
        : constraint(packed)                                                                  \
        : "f"(a), "f"(b), "f"(e), "f"(f), "r"(random_bits));                                  \
    return packed;                                                                            \
  }                                                                                           \
  __device__ inline unsigned name##_relu(float a, float b, float e, float f,                  \
                                         unsigned random_bits) {                              \
    word packed;                                                                              \
    asm("cvt.rs.relu.satfinite." type ".f32 %0, {%1, %2, %3, %4}, %5;"                        \
        : constraint(packed)                                                                  \
        : "f"(a), "f"(b), "f"(e), "f"(f), "r"(random_bits));                                  \
    return packed;                                                                            \
  }
BP_CVT_RS_X4(cvt_rs_e4m3x4, "e4m3x4", unsigned, "=r")
BP_CVT_RS_X4(cvt_rs_e5m2x4, "e5m2x4", unsigned, "=r")
BP_CVT_RS_X4(cvt_rs_e3m2x4, "e3m2x4", unsigned, "=r")
BP_CVT_RS_X4(cvt_rs_e2m3x4, "e2m3x4", unsigned, "=r")
BP_CVT_RS_X4(cvt_rs_e2m1x4, "e2m1x4", unsigned short, "=h")
#undef BP_CVT_RS_X4

}  // namespace bp::ptx
