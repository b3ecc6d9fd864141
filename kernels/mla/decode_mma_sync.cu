// Device entries of dense MLA decode on mma.sync bf16, for sm_80 and up. Compiled once with
// -arch=compute_80.
#include "kernels/mla/combine.cuh"
#include "kernels/mla/decode_mma_sync.cuh"
#include "probes/ptx/cp_async.cuh"
#include "probes/ptx/float_math.cuh"
#include "probes/ptx/ldmatrix.cuh"
#include "probes/ptx/mma_sync.cuh"

// Not an unnamed namespace: names of internal linkage hold a number made of the source's path.
namespace bp::mla_mma_sync {

extern __shared__ __align__(16) unsigned char dynamic_shared[];

/// The GPU itself, see decode_mma_sync.cuh.
struct Gpu {
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

template <class Tiling>
__device__ void decode(const bp::mla::DecodeParams& params) {
  Gpu gpu;
  bp::mla::decode<Gpu, Tiling>(gpu, params);
}

}  // namespace bp::mla_mma_sync
using bp::mla_mma_sync::decode;
using bp::mla_mma_sync::Gpu;

// 16 query rows leave room for two blocks on one SM where shared memory allows it.
extern "C" __global__ void __launch_bounds__(256, 2)
    mla_decode_rows16_stages2(const __grid_constant__ bp::mla::DecodeParams params) {
  decode<bp::mla::DecodeTiling<1, 2>>(params);
}

extern "C" __global__ void __launch_bounds__(256, 1)
    mla_decode_rows32_stages2(const __grid_constant__ bp::mla::DecodeParams params) {
  decode<bp::mla::DecodeTiling<2, 2>>(params);
}

// For GPUs with more than 99 KiB a block: deeper prefetch.
extern "C" __global__ void __launch_bounds__(256, 1)
    mla_decode_rows32_stages4(const __grid_constant__ bp::mla::DecodeParams params) {
  decode<bp::mla::DecodeTiling<2, 4>>(params);
}

extern "C" __global__ void __launch_bounds__(512)
    mla_decode_combine(const __grid_constant__ bp::mla::DecodeParams params) {
  Gpu gpu;
  bp::mla::combine(gpu, params);
}
