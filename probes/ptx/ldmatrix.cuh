// ldmatrix and stmatrix: matrices of 16- and 8-bit elements between shared memory and the fragments
// of mma.sync.
//
// PTX ISA 9.0, sections "Warp-level matrix load instruction: ldmatrix" and "... store instruction:
// stmatrix". Lane i passes the address of row i (16 bytes, 16-byte aligned); with g = lane / 4 and
// t = lane % 4, byte e of register i of a lane is
//   m8n8.b16          byte 4t + e of row 8i + g: elements 2t and 2t + 1
//   m8n16.b8x16.FROM  element 4t + e of row 8i + g, in the low bits of its byte; a row is 16 packed
//                     elements of 6 bits and 4 bytes of padding, or of 4 bits and 8 bytes
//   m16n16.trans.b8   byte g + 8 (i % 2) of row 16 (i / 2) + 4t + e
//   m16n8.trans.b8    (stmatrix) byte g + 8 (e / 2) of row 8i + 2t + e % 2
// In ldmatrix the address may be one of the shared window (unsigned), too.
// The figures were compared with Copy_Traits of CUTLASS copy_traits_sm100.hpp (SM100_U8x16_LDSM_T,
// SM100_SU4_DU8x16_x4_LDSM_N, SM100_U8x16_STSM_T).
#pragma once

namespace bp::ptx {

#define BP_LDMATRIX(name, form)                                        \
  __device__ inline void name(unsigned(&r)[4], unsigned row) {         \
    asm volatile("ldmatrix.sync.aligned." form " {%0,%1,%2,%3}, [%4];" \
                 : "=r"(r[0]), "=r"(r[1]), "=r"(r[2]), "=r"(r[3])      \
                 : "r"(row)                                            \
                 : "memory");                                          \
  }                                                                    \
  __device__ inline void name(unsigned(&r)[4], const void* row) {      \
    name(r, static_cast<unsigned>(__cvta_generic_to_shared(row)));     \
  }
#define BP_STMATRIX(name, form)                                                                   \
  __device__ inline void name(void* row, const unsigned(&r)[4]) {                                 \
    const auto address = static_cast<unsigned>(__cvta_generic_to_shared(row));                    \
    asm volatile("stmatrix.sync.aligned." form " [%0], {%1,%2,%3,%4};" ::"r"(address), "r"(r[0]), \
                 "r"(r[1]), "r"(r[2]), "r"(r[3])                                                  \
                 : "memory");                                                                     \
  }

// PTX ISA 6.5, sm_75.
BP_LDMATRIX(ldmatrix_x4, "m8n8.x4.shared.b16")
BP_LDMATRIX(ldmatrix_x4_trans, "m8n8.x4.trans.shared.b16")
// PTX ISA 7.8, sm_90.
BP_STMATRIX(stmatrix_x4, "m8n8.x4.shared.b16")

// PTX ISA 8.6, sm_100a, sm_110a, sm_120a and their families.
BP_LDMATRIX(ldmatrix_b8_x2, "m16n16.x2.trans.shared.b8")
BP_LDMATRIX(ldmatrix_b6_x4, "m8n16.x4.shared.b8x16.b6x16_p32")
BP_LDMATRIX(ldmatrix_b4_x4, "m8n16.x4.shared.b8x16.b4x16_p64")
BP_STMATRIX(stmatrix_b8_x4, "m16n8.x4.trans.shared.b8")

#undef BP_STMATRIX
#undef BP_LDMATRIX

}  // namespace bp::ptx
