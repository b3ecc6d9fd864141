// Device entries of sparse MLA prefill on mma.sync bf16, for sm_80 and up. Compiled once with
// -arch=compute_80.
#include "kernels/mla/sparse_prefill_mma_sync.cuh"

using bp::mla::SparsePrefillParams;
using bp::mla::SparsePrefillTiling;
using bp::sparse_prefill_mma_sync::sparse_prefill;

extern "C" __global__ void __launch_bounds__(256, 2)
    mla_sparse_prefill_576_rows16_stages2(const __grid_constant__ SparsePrefillParams params) {
  sparse_prefill<SparsePrefillTiling<576, 1, 2>>(params);
}

extern "C" __global__ void __launch_bounds__(256, 1)
    mla_sparse_prefill_576_rows32_stages2(const __grid_constant__ SparsePrefillParams params) {
  sparse_prefill<SparsePrefillTiling<576, 2, 2>>(params);
}

extern "C" __global__ void __launch_bounds__(256, 1)
    mla_sparse_prefill_576_rows32_stages4(const __grid_constant__ SparsePrefillParams params) {
  sparse_prefill<SparsePrefillTiling<576, 2, 4>>(params);
}

extern "C" __global__ void __launch_bounds__(256, 2)
    mla_sparse_prefill_512_rows16_stages2(const __grid_constant__ SparsePrefillParams params) {
  sparse_prefill<SparsePrefillTiling<512, 1, 2>>(params);
}

extern "C" __global__ void __launch_bounds__(256, 1)
    mla_sparse_prefill_512_rows32_stages2(const __grid_constant__ SparsePrefillParams params) {
  sparse_prefill<SparsePrefillTiling<512, 2, 2>>(params);
}

extern "C" __global__ void __launch_bounds__(256, 1)
    mla_sparse_prefill_512_rows32_stages4(const __grid_constant__ SparsePrefillParams params) {
  sparse_prefill<SparsePrefillTiling<512, 2, 4>>(params);
}
