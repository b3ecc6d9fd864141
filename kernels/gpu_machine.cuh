// The machine operations that the mma_sync kernels are written against, on the GPU itself. The same
// kernels run on the host by tests/kernels/emulator.h.
#pragma once

#include "probes/ptx/cp_async.cuh"
#include "probes/ptx/float_math.cuh"
#include "probes/ptx/ldmatrix.cuh"
#include "probes/ptx/mma_sync.cuh"

// A named namespace: names of internal linkage hold a number made of the source's path.
namespace bp::on_gpu {

extern __shared__ __align__(1024) unsigned char dynamic_shared[];

struct Machine {
  __device__ int thread() const { return static_cast<int>(threadIdx.x); }
  __device__ int opaque(int value) const {
    asm volatile("" : "+r"(value));
    return value;
  }
  __device__ int block_x() const { return static_cast<int>(blockIdx.x); }
  __device__ int block_y() const { return static_cast<int>(blockIdx.y); }
  __device__ unsigned char* shared() const { return dynamic_shared; }
  __device__ void sync() const { __syncthreads(); }
  __device__ float shuffle_xor(float value, int mask) const {
    return __shfl_xor_sync(0xffffffff, value, mask);
  }
  __device__ void copy16(int target, const void* source, bool valid) const {
    bp::ptx::cp_async_16(dynamic_shared + target, source, valid);
  }
  __device__ void commit() const { bp::ptx::cp_async_commit(); }
  template <int pending>
  __device__ void wait() const {
    bp::ptx::cp_async_wait<pending>();
  }
  __device__ void ldmatrix(int source, unsigned (&r)[4]) const {
    bp::ptx::ldmatrix_x4(r, dynamic_shared + source);
  }
  __device__ void ldmatrix_transposed(int source, unsigned (&r)[4]) const {
    bp::ptx::ldmatrix_x4_trans(r, dynamic_shared + source);
  }
  __device__ void mma(float (&d)[4], const unsigned (&a)[4], unsigned b0, unsigned b1) const {
    bp::ptx::mma_bf16(d, a, {b0, b1});
  }
  __device__ float exp2(float x) const { return bp::ptx::exp2_approx(x); }
  __device__ float log2(float x) const { return log2f(x); }
  __device__ unsigned pack_bf16(float low, float high) const {
    return bp::ptx::pack_bf16(low, high);
  }
  __device__ float infinity() const { return __int_as_float(0x7f800000); }
};

}  // namespace bp::on_gpu
