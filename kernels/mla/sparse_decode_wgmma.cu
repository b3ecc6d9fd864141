// Device entries of sparse MLA decode on wgmma. Compiled once with -arch=compute_90a.
#include "kernels/mla/sparse_combine.cuh"
#include "kernels/mla/sparse_wgmma_attend.cuh"
#include "kernels/mla/sparse_wgmma_gather.cuh"
#include "probes/ptx/setmaxnreg.cuh"

// Not an unnamed namespace: names of internal linkage hold a number made of the source's path.
namespace bp::mla::sparse_wgmma {

extern __shared__ __align__(1024) unsigned char dynamic_shared[];

/// Grid: x = tiles of 64 heads, y = parts. Paired: clusters of two along x.
template <class C>
__device__ __forceinline__ void decode(const SparseDecodeParams& p) {
  const Memory<C> memory{dynamic_shared};
  const int part = static_cast<int>(blockIdx.y);
  const int thread = static_cast<int>(threadIdx.x) % 128;
  const int first_head = static_cast<int>(blockIdx.x) * Tiling::heads;
  const unsigned rank = C::paired ? bp::ptx::cluster_ctarank() : 0;
  if (threadIdx.x == 0) {
    memory.init_barriers();
    bp::ptx::fence_mbarrier_init();
  }
  if constexpr (C::paired) {
    bp::ptx::cluster_barrier();
  } else {
    __syncthreads();
  }
  // Through a shuffle, so that the compiler knows it to be the same in the warp.
  const unsigned role = __shfl_sync(0xffffffff, threadIdx.x / 128, 0);
  if (role == 0) {
    bp::ptx::setmaxnreg_inc<208>();
    Leader<C>{{p, memory, thread, first_head}, {}, {}, 0}.run(part);
  } else if (role == 1) {
    bp::ptx::setmaxnreg_inc<160>();
    Follower<C>{{p, memory, thread, first_head}}.run(part);
  } else {
    bp::ptx::setmaxnreg_dec<72>();
    if (role == 2) {
      Gather<C, 0>{p, memory, thread / 32, thread % 32, rank, {}, {}, 0}.run(part);
    } else {
      Gather<C, 1>{p, memory, thread / 32, thread % 32, rank, {}, {}, 0}.run(part);
    }
  }
  // The other CTA may still write to this one's memory and arrive at its barriers.
  if constexpr (C::paired) bp::ptx::cluster_barrier();
}

}  // namespace bp::mla::sparse_wgmma
using bp::mla::KvModel1;
using bp::mla::KvV32;
using bp::mla::SparseDecodeParams;
using bp::mla::sparse_wgmma::Config;

extern "C" __global__ void __launch_bounds__(512, 1)
    mla_sparse_decode_v32(const __grid_constant__ SparseDecodeParams params) {
  bp::mla::sparse_wgmma::decode<Config<KvV32, false>>(params);
}

extern "C" __global__ void __launch_bounds__(512, 1)
    mla_sparse_decode_v32_pair(const __grid_constant__ SparseDecodeParams params) {
  bp::mla::sparse_wgmma::decode<Config<KvV32, true>>(params);
}

extern "C" __global__ void __launch_bounds__(512, 1)
    mla_sparse_decode_model1(const __grid_constant__ SparseDecodeParams params) {
  bp::mla::sparse_wgmma::decode<Config<KvModel1, false>>(params);
}

extern "C" __global__ void __launch_bounds__(512, 1)
    mla_sparse_decode_model1_pair(const __grid_constant__ SparseDecodeParams params) {
  bp::mla::sparse_wgmma::decode<Config<KvModel1, true>>(params);
}

extern "C" __global__ void __launch_bounds__(bp::mla::sparse_combine_threads)
    mla_sparse_decode_combine(const __grid_constant__ SparseDecodeParams params) {
  bp::mla::sparse_combine(params);
}
