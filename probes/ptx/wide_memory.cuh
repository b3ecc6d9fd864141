// Accesses to global memory wider than 16 bytes, atomics on 16 bytes, reductions of vectors: one
// instruction variant per function. Addresses must be aligned to the size of the access.
#pragma once

namespace bp::ptx {

// PTX ISA 9.0, sections "ld" and "st": .v8.b32 and .v4.b64, PTX ISA 8.8, sm_100 and higher.

__device__ inline void load_v8(unsigned (&w)[8], const void* from) {
  asm volatile("ld.global.v8.b32 {%0, %1, %2, %3, %4, %5, %6, %7}, [%8];"
               : "=r"(w[0]), "=r"(w[1]), "=r"(w[2]), "=r"(w[3]), "=r"(w[4]), "=r"(w[5]), "=r"(w[6]),
                 "=r"(w[7])
               : "l"(__cvta_generic_to_global(from))
               : "memory");
}
__device__ inline void store_v8(void* to, const unsigned (&w)[8]) {
  asm volatile("st.global.v8.b32 [%8], {%0, %1, %2, %3, %4, %5, %6, %7};" ::"r"(w[0]), "r"(w[1]),
               "r"(w[2]), "r"(w[3]), "r"(w[4]), "r"(w[5]), "r"(w[6]), "r"(w[7]),
               "l"(__cvta_generic_to_global(to))
               : "memory");
}
__device__ inline void load_v4(unsigned long long (&w)[4], const void* from) {
  asm volatile("ld.global.v4.b64 {%0, %1, %2, %3}, [%4];"
               : "=l"(w[0]), "=l"(w[1]), "=l"(w[2]), "=l"(w[3])
               : "l"(__cvta_generic_to_global(from))
               : "memory");
}
__device__ inline void store_v4(void* to, const unsigned long long (&w)[4]) {
  asm volatile("st.global.v4.b64 [%4], {%0, %1, %2, %3};" ::"l"(w[0]), "l"(w[1]), "l"(w[2]),
               "l"(w[3]), "l"(__cvta_generic_to_global(to))
               : "memory");
}

// PTX ISA 9.0, section "atom": .b128, PTX ISA 8.3, sm_90 and higher.

struct Pair {
  unsigned long long low, high;
};

/// The old value; the new one is stored where the old one is `expected`.
__device__ inline Pair atom_cas_b128(void* at, Pair expected, Pair value) {
  Pair old;
  asm volatile(
      "{\n\t.reg .b128 old, expected, value;\n\t"
      "mov.b128 expected, {%3, %4};\n\t"
      "mov.b128 value, {%5, %6};\n\t"
      "atom.global.cas.b128 old, [%2], expected, value;\n\t"
      "mov.b128 {%0, %1}, old;\n\t}"
      : "=l"(old.low), "=l"(old.high)
      : "l"(__cvta_generic_to_global(at)), "l"(expected.low), "l"(expected.high), "l"(value.low),
        "l"(value.high)
      : "memory");
  return old;
}
__device__ inline Pair atom_exch_b128(void* at, Pair value) {
  Pair old;
  asm volatile(
      "{\n\t.reg .b128 old, value;\n\t"
      "mov.b128 value, {%3, %4};\n\t"
      "atom.global.exch.b128 old, [%2], value;\n\t"
      "mov.b128 {%0, %1}, old;\n\t}"
      : "=l"(old.low), "=l"(old.high)
      : "l"(__cvta_generic_to_global(at)), "l"(value.low), "l"(value.high)
      : "memory");
  return old;
}

// PTX ISA 9.0, section "red", vector types: PTX ISA 8.1, sm_90 and higher. Each element is added
// on its own.

__device__ inline void red_add_v4_f32(void* at, const float (&x)[4]) {
  asm volatile("red.global.add.v4.f32 [%0], {%1, %2, %3, %4};" ::"l"(__cvta_generic_to_global(at)),
               "f"(x[0]), "f"(x[1]), "f"(x[2]), "f"(x[3])
               : "memory");
}
__device__ inline void red_add_v2_f32(void* at, const float (&x)[2]) {
  asm volatile("red.global.add.v2.f32 [%0], {%1, %2};" ::"l"(__cvta_generic_to_global(at)),
               "f"(x[0]), "f"(x[1])
               : "memory");
}

#define BP_RED(format)                                                                           \
  __device__ inline void red_add_v8_##format(void* at, const unsigned short(&x)[8]) {            \
    asm volatile("red.global.add.noftz.v8." #format                                              \
                 " [%0], {%1, %2, %3, %4, %5, %6, %7, %8};" ::"l"(__cvta_generic_to_global(at)), \
                 "h"(x[0]), "h"(x[1]), "h"(x[2]), "h"(x[3]), "h"(x[4]), "h"(x[5]), "h"(x[6]),    \
                 "h"(x[7])                                                                       \
                 : "memory");                                                                    \
  }                                                                                              \
  __device__ inline void red_add_v4_##format##x2(void* at, const unsigned(&x)[4]) {              \
    asm volatile("red.global.add.noftz.v4." #format                                              \
                 "x2 [%0], {%1, %2, %3, %4};" ::"l"(__cvta_generic_to_global(at)),               \
                 "r"(x[0]), "r"(x[1]), "r"(x[2]), "r"(x[3])                                      \
                 : "memory");                                                                    \
  }
BP_RED(f16)
BP_RED(bf16)
#undef BP_RED

}  // namespace bp::ptx
