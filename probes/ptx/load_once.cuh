// ld.global.nc past the L1 cache: data that this SM reads once and nobody writes while the kernel
// runs. PTX ISA 9.0, section "ld.global.nc"; PTX ISA 7.4, sm_80.
#pragma once

namespace bp::ptx {

__device__ inline void load_once(unsigned& word, const void* global) {
  asm volatile("ld.global.nc.L1::no_allocate.b32 %0, [%1];" : "=r"(word) : "l"(global));
}

__device__ inline void load_once(unsigned (&words)[2], const void* global) {
  asm volatile("ld.global.nc.L1::no_allocate.v2.b32 {%0, %1}, [%2];"
               : "=r"(words[0]), "=r"(words[1])
               : "l"(global));
}

__device__ inline void load_once(unsigned (&words)[4], const void* global) {
  asm volatile("ld.global.nc.L1::no_allocate.v4.b32 {%0, %1, %2, %3}, [%4];"
               : "=r"(words[0]), "=r"(words[1]), "=r"(words[2]), "=r"(words[3])
               : "l"(global));
}

}  // namespace bp::ptx
