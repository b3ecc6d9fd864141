// Device entries of sparse MLA prefill on wgmma bf16, for sm_90a.
#include "kernels/mla/sparse_prefill_wgmma.cuh"

extern "C" __global__ void __launch_bounds__(384, 1)
    mla_sparse_prefill_576(const __grid_constant__ bp::mla::SparsePrefillParams params) {
  bp::sparse_prefill_wgmma::sparse_prefill<576>(params);
}

extern "C" __global__ void __launch_bounds__(384, 1)
    mla_sparse_prefill_512(const __grid_constant__ bp::mla::SparsePrefillParams params) {
  bp::sparse_prefill_wgmma::sparse_prefill<512>(params);
}
