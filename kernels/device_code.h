// Marks for code that nvcc compiles for the GPU and the host compiler for the tests. A function
// cannot do this: an execution space is part of a declaration.
#pragma once

#ifdef __CUDACC__
#define BP_DEVICE __device__ __forceinline__
#define BP_HOST_DEVICE __host__ __device__
#define BP_UNROLL _Pragma("unroll")
#define BP_NO_UNROLL _Pragma("unroll 1")
#define BP_PRAGMA(text) _Pragma(#text)
#define BP_UNROLL_BY(count) BP_PRAGMA(unroll count)
#else
#define BP_DEVICE inline
#define BP_HOST_DEVICE
#define BP_UNROLL
#define BP_NO_UNROLL
#define BP_UNROLL_BY(count)
#endif

namespace bp {

/// Floats that are read and written in one access of shared or global memory.
template <int count>
struct alignas(count * 4) Floats {
  float v[count];
};

}  // namespace bp
