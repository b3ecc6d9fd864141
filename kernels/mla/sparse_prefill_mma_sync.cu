// Device entries of sparse MLA prefill on mma.sync bf16, for sm_80 and up. Compiled once with
// -arch=compute_80.
#include "kernels/mla/sparse_prefill_mma_sync.cuh"

using bp::mla::SparsePrefillParams;
using bp::mla::SparsePrefillTiling;
using bp::sparse_prefill_mma_sync::sparse_prefill;

extern "C" __global__ void __launch_bounds__(256, 2)
    mla_sparse_prefill_576_rows16_keys32(const __grid_constant__ SparsePrefillParams params) {
  sparse_prefill<SparsePrefillTiling<576, 1, 32, 2>>(params);
}

extern "C" __global__ void __launch_bounds__(256, 1)
    mla_sparse_prefill_576_rows32_keys32(const __grid_constant__ SparsePrefillParams params) {
  sparse_prefill<SparsePrefillTiling<576, 2, 32, 2>>(params);
}

extern "C" __global__ void __launch_bounds__(256, 1)
    mla_sparse_prefill_576_rows32_keys64(const __grid_constant__ SparsePrefillParams params) {
  sparse_prefill<SparsePrefillTiling<576, 2, 64, 2>>(params);
}

extern "C" __global__ void __launch_bounds__(256, 2)
    mla_sparse_prefill_512_rows16_keys32(const __grid_constant__ SparsePrefillParams params) {
  sparse_prefill<SparsePrefillTiling<512, 1, 32, 2>>(params);
}

extern "C" __global__ void __launch_bounds__(256, 1)
    mla_sparse_prefill_512_rows32_keys32(const __grid_constant__ SparsePrefillParams params) {
  sparse_prefill<SparsePrefillTiling<512, 2, 32, 2>>(params);
}

extern "C" __global__ void __launch_bounds__(256, 1)
    mla_sparse_prefill_512_rows32_keys64(const __grid_constant__ SparsePrefillParams params) {
  sparse_prefill<SparsePrefillTiling<512, 2, 64, 2>>(params);
}
