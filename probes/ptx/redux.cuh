// redux.sync: a reduction over the threads of a warp that are in the mask. PTX ISA 9.0, section
// "redux.sync"; of integers PTX ISA 7.0, sm_80; of f32 PTX ISA 8.6, sm_100a and its family.
#pragma once

namespace bp::ptx {

#define BP_REDUX(name, suffix)                                                                \
  __device__ inline unsigned redux_##name(unsigned value, unsigned mask) {                    \
    unsigned result;                                                                          \
    asm volatile("redux.sync." suffix " %0, %1, %2;" : "=r"(result) : "r"(value), "r"(mask)); \
    return result;                                                                            \
  }
BP_REDUX(add_u32, "add.u32")
BP_REDUX(add_s32, "add.s32")
BP_REDUX(min_u32, "min.u32")
BP_REDUX(max_u32, "max.u32")
BP_REDUX(min_s32, "min.s32")
BP_REDUX(max_s32, "max.s32")
BP_REDUX(and_b32, "and.b32")
BP_REDUX(or_b32, "or.b32")
BP_REDUX(xor_b32, "xor.b32")
#undef BP_REDUX

/// Numbers win over NaN, but with .NaN.
#define BP_REDUX(name, suffix)                                                                    \
  __device__ inline float redux_##name(float value, unsigned mask) {                              \
    float result;                                                                                 \
    asm volatile("redux.sync." suffix ".f32 %0, %1, %2;" : "=f"(result) : "f"(value), "r"(mask)); \
    return result;                                                                                \
  }
BP_REDUX(min, "min")
BP_REDUX(max, "max")
BP_REDUX(min_abs, "min.abs")
BP_REDUX(max_abs, "max.abs")
BP_REDUX(min_nan, "min.NaN")
BP_REDUX(max_abs_nan, "max.abs.NaN")
#undef BP_REDUX

}  // namespace bp::ptx
