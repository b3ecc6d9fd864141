// Minimum and maximum of three, and of a sum: what one machine instruction does, but two or three
// elsewhere.
#pragma once

namespace bp::ptx {

// --- three f32 (PTX ISA 9.0, sections "min" and "max" of floating point: three inputs,
// PTX ISA 8.8, sm_100 and higher)

#define BP_THREE_F32(name, opcode)                                     \
  __device__ inline float name(float a, float b, float c) {            \
    float d;                                                           \
    asm(opcode " %0, %1, %2, %3;" : "=f"(d) : "f"(a), "f"(b), "f"(c)); \
    return d;                                                          \
  }
BP_THREE_F32(max_f32, "max.f32")
BP_THREE_F32(max_nan_f32, "max.NaN.f32")
BP_THREE_F32(min_f32, "min.f32")
BP_THREE_F32(min_nan_f32, "min.NaN.f32")
#undef BP_THREE_F32

// --- DPX. PTX has no words for it: the assembler joins an addition, or another minimum or maximum,
// with the one that follows (PTX ISA 9.0, integer "add", "min", "max": .relu and .s16x2, PTX ISA
// 8.0, sm_90 and higher). `.relu`: negative results become 0.

#define BP_JOINED(name, first, second)                                            \
  __device__ inline unsigned name(unsigned a, unsigned b, unsigned c) {           \
    unsigned d;                                                                   \
    asm("{\n\t.reg .b32 t;\n\t" first " t, %1, %2;\n\t" second " %0, t, %3;\n\t}" \
        : "=r"(d)                                                                 \
        : "r"(a), "r"(b), "r"(c));                                                \
    return d;                                                                     \
  }
BP_JOINED(add_max_relu_s32, "add.s32", "max.relu.s32")
BP_JOINED(add_min_s32, "add.s32", "min.s32")
BP_JOINED(max3_relu_s32, "max.s32", "max.relu.s32")
BP_JOINED(min3_s32, "min.s32", "min.s32")
BP_JOINED(add_max_relu_s16x2, "add.s16x2", "max.relu.s16x2")
BP_JOINED(add_min_s16x2, "add.s16x2", "min.s16x2")
BP_JOINED(max3_relu_s16x2, "max.s16x2", "max.relu.s16x2")
BP_JOINED(min3_s16x2, "min.s16x2", "min.s16x2")
#undef BP_JOINED

}  // namespace bp::ptx
