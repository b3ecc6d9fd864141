// multimem: loads, reductions and stores over all copies behind a multicast address. PTX ISA 9.0,
// sections "multimem.ld_reduce", "multimem.st" and "multimem.red"; PTX ISA 8.1, sm_90. The address
// must come from a multicast object of the driver (cuMulticastCreate).
#pragma once

namespace bp::ptx {

/// The sum of the word over all copies.
__device__ inline unsigned multimem_ld_reduce_add(const unsigned* address) {
  unsigned sum;
  asm volatile("multimem.ld_reduce.relaxed.sys.global.add.u32 %0, [%1];"
               : "=r"(sum)
               : "l"(address)
               : "memory");
  return sum;
}

/// Adds to the word in every copy.
__device__ inline void multimem_red_add(unsigned* address, unsigned value) {
  asm volatile("multimem.red.relaxed.sys.global.add.u32 [%0], %1;" ::"l"(address), "r"(value)
               : "memory");
}

/// Stores the word to every copy.
__device__ inline void multimem_st(unsigned* address, unsigned value) {
  asm volatile("multimem.st.relaxed.sys.global.u32 [%0], %1;" ::"l"(address), "r"(value)
               : "memory");
}

}  // namespace bp::ptx
