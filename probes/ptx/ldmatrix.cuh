// ldmatrix and stmatrix: 8x8 matrices of 16-bit elements between shared memory and the fragments of
// mma.sync.
//
// PTX ISA 9.0, sections "Warp-level matrix load instruction: ldmatrix" and "... store instruction:
// stmatrix". Lane 8i + r passes the address of row r (16 bytes, 16-byte aligned) of matrix i;
// register i of lane 4r + t holds elements 2t and 2t + 1 of that row.
#pragma once

namespace bp::ptx {

/// Four matrices from shared memory. PTX ISA 6.5, sm_75.
__device__ inline void ldmatrix_x4(unsigned (&r)[4], const void* row) {
  const auto address = static_cast<unsigned>(__cvta_generic_to_shared(row));
  asm volatile("ldmatrix.sync.aligned.m8n8.x4.shared.b16 {%0,%1,%2,%3}, [%4];"
               : "=r"(r[0]), "=r"(r[1]), "=r"(r[2]), "=r"(r[3])
               : "r"(address)
               : "memory");
}

/// Four matrices from shared memory, each transposed. PTX ISA 6.5, sm_75.
__device__ inline void ldmatrix_x4_trans(unsigned (&r)[4], const void* row) {
  const auto address = static_cast<unsigned>(__cvta_generic_to_shared(row));
  asm volatile("ldmatrix.sync.aligned.m8n8.x4.trans.shared.b16 {%0,%1,%2,%3}, [%4];"
               : "=r"(r[0]), "=r"(r[1]), "=r"(r[2]), "=r"(r[3])
               : "r"(address)
               : "memory");
}

/// Four matrices to shared memory. PTX ISA 7.8, sm_90.
__device__ inline void stmatrix_x4(void* row, const unsigned (&r)[4]) {
  const auto address = static_cast<unsigned>(__cvta_generic_to_shared(row));
  asm volatile("stmatrix.sync.aligned.m8n8.x4.shared.b16 [%0], {%1,%2,%3,%4};" ::"r"(address),
               "r"(r[0]), "r"(r[1]), "r"(r[2]), "r"(r[3])
               : "memory");
}

}  // namespace bp::ptx
