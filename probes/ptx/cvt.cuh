// cvt between packed small floats and f32, f16x2 or bf16x2: one instruction variant per function.
//
// PTX ISA 9.0, section "Data Movement and Conversion Instructions: cvt". Of two inputs the first
// comes into the upper half of the result; a packed input keeps its halves. e4m3, e5m2: PTX ISA
// 8.1, sm_89 and higher. All other formats: PTX ISA 8.6, sm_100a, sm_120a and the families from
// sm_100f on. `.rs`: PTX ISA 8.7, sm_100a and sm_103a alone.
#pragma once

namespace bp::ptx {

// Each macro makes the function and its twin with .relu.

/// Two f32 to two bytes. `upper` and `lower` say where the results go.
#define BP_CVT_F32(name, type)                                                                     \
  __device__ inline unsigned name(float upper, float lower) {                                      \
    unsigned short packed;                                                                         \
    asm("cvt.rn.satfinite." type ".f32 %0, %1, %2;" : "=h"(packed) : "f"(upper), "f"(lower));      \
    return packed;                                                                                 \
  }                                                                                                \
  __device__ inline unsigned name##_relu(float upper, float lower) {                               \
    unsigned short packed;                                                                         \
    asm("cvt.rn.satfinite.relu." type ".f32 %0, %1, %2;" : "=h"(packed) : "f"(upper), "f"(lower)); \
    return packed;                                                                                 \
  }
BP_CVT_F32(cvt_e4m3x2_f32, "e4m3x2")
BP_CVT_F32(cvt_e5m2x2_f32, "e5m2x2")
BP_CVT_F32(cvt_e3m2x2_f32, "e3m2x2")
BP_CVT_F32(cvt_e2m3x2_f32, "e2m3x2")
#undef BP_CVT_F32

/// Two f16 to two bytes.
#define BP_CVT_F16X2(name, type)                                                      \
  __device__ inline unsigned name(unsigned halves) {                                  \
    unsigned short packed;                                                            \
    asm("cvt.rn.satfinite." type ".f16x2 %0, %1;" : "=h"(packed) : "r"(halves));      \
    return packed;                                                                    \
  }                                                                                   \
  __device__ inline unsigned name##_relu(unsigned halves) {                           \
    unsigned short packed;                                                            \
    asm("cvt.rn.satfinite.relu." type ".f16x2 %0, %1;" : "=h"(packed) : "r"(halves)); \
    return packed;                                                                    \
  }
BP_CVT_F16X2(cvt_e4m3x2_f16x2, "e4m3x2")
BP_CVT_F16X2(cvt_e5m2x2_f16x2, "e5m2x2")
#undef BP_CVT_F16X2

/// Two bytes to two f16.
#define BP_CVT_TO_F16X2(name, type)                                         \
  __device__ inline unsigned name(unsigned short packed) {                  \
    unsigned halves;                                                        \
    asm("cvt.rn.f16x2." type " %0, %1;" : "=r"(halves) : "h"(packed));      \
    return halves;                                                          \
  }                                                                         \
  __device__ inline unsigned name##_relu(unsigned short packed) {           \
    unsigned halves;                                                        \
    asm("cvt.rn.relu.f16x2." type " %0, %1;" : "=r"(halves) : "h"(packed)); \
    return halves;                                                          \
  }
BP_CVT_TO_F16X2(cvt_f16x2_e4m3x2, "e4m3x2")
BP_CVT_TO_F16X2(cvt_f16x2_e5m2x2, "e5m2x2")
BP_CVT_TO_F16X2(cvt_f16x2_e3m2x2, "e3m2x2")
BP_CVT_TO_F16X2(cvt_f16x2_e2m3x2, "e2m3x2")
#undef BP_CVT_TO_F16X2

// e2m1x2 is one byte, in a register of type .b8 that inline PTX has to declare itself.
#define BP_CVT_E2M1X2(name, relu)                             \
  __device__ inline unsigned name(float upper, float lower) { \
    unsigned bytes;                                           \
    asm("{\n\t.reg .b8 byte;\n\t"                             \
        "cvt.rn.satfinite" relu                               \
        ".e2m1x2.f32 byte, %1, %2;\n\t"                       \
        "mov.b32 %0, {byte, byte, byte, byte};\n\t}"          \
        : "=r"(bytes)                                         \
        : "f"(upper), "f"(lower));                            \
    return bytes & 0xffu;                                     \
  }
BP_CVT_E2M1X2(cvt_e2m1x2_f32, "")
BP_CVT_E2M1X2(cvt_e2m1x2_f32_relu, ".relu")
#undef BP_CVT_E2M1X2

/// The byte is the lowest of `packed`.
#define BP_CVT_F16X2_E2M1X2(name, relu)              \
  __device__ inline unsigned name(unsigned packed) { \
    unsigned halves;                                 \
    asm("{\n\t.reg .b8 byte;\n\t"                    \
        "mov.b32 {byte, _, _, _}, %1;\n\t"           \
        "cvt.rn" relu ".f16x2.e2m1x2 %0, byte;\n\t}" \
        : "=r"(halves)                               \
        : "r"(packed));                              \
    return halves;                                   \
  }
BP_CVT_F16X2_E2M1X2(cvt_f16x2_e2m1x2, "")
BP_CVT_F16X2_E2M1X2(cvt_f16x2_e2m1x2_relu, ".relu")
#undef BP_CVT_F16X2_E2M1X2

// Scale exponents: rounded toward zero or up, never to nearest.
#define BP_CVT_UE8M0X2(rounding)                                                            \
  __device__ inline unsigned cvt_##rounding##_ue8m0x2_f32(float upper, float lower) {       \
    unsigned short packed;                                                                  \
    asm("cvt." #rounding ".satfinite.ue8m0x2.f32 %0, %1, %2;"                               \
        : "=h"(packed)                                                                      \
        : "f"(upper), "f"(lower));                                                          \
    return packed;                                                                          \
  }                                                                                         \
  __device__ inline unsigned cvt_##rounding##_ue8m0x2_bf16x2(unsigned halves) {             \
    unsigned short packed;                                                                  \
    asm("cvt." #rounding ".satfinite.ue8m0x2.bf16x2 %0, %1;" : "=h"(packed) : "r"(halves)); \
    return packed;                                                                          \
  }
BP_CVT_UE8M0X2(rz)
BP_CVT_UE8M0X2(rp)
#undef BP_CVT_UE8M0X2

__device__ inline unsigned cvt_bf16x2_ue8m0x2(unsigned short packed) {
  unsigned halves;
  asm("cvt.rn.bf16x2.ue8m0x2 %0, %1;" : "=r"(halves) : "h"(packed));
  return halves;
}

}  // namespace bp::ptx
