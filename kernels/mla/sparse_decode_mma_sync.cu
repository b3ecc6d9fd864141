// Device entries of sparse MLA decode over an FP8 cache on mma.sync bf16, for sm_80 and up.
// Compiled once with -arch=compute_80.
#include "kernels/mla/sparse_decode_mma_sync.cuh"

using bp::mla::KvModel1;
using bp::mla::KvV32;
using bp::mla::SparseTiling;
using bp::mla::sparse_mma_sync::decode;

extern "C" __global__ void __launch_bounds__(384, 1)
    mla_sparse_decode_v32_rows16(const __grid_constant__ bp::mla::SparseDecodeParams params) {
  decode<SparseTiling<KvV32, 1>>(params);
}

extern "C" __global__ void __launch_bounds__(384, 1)
    mla_sparse_decode_v32_rows32(const __grid_constant__ bp::mla::SparseDecodeParams params) {
  decode<SparseTiling<KvV32, 2>>(params);
}

extern "C" __global__ void __launch_bounds__(384, 1)
    mla_sparse_decode_model1_rows16(const __grid_constant__ bp::mla::SparseDecodeParams params) {
  decode<SparseTiling<KvModel1, 1>>(params);
}

extern "C" __global__ void __launch_bounds__(384, 1)
    mla_sparse_decode_model1_rows32(const __grid_constant__ bp::mla::SparseDecodeParams params) {
  decode<SparseTiling<KvModel1, 2>>(params);
}

extern "C" __global__ void __launch_bounds__(bp::mla::sparse_combine_threads)
    mla_sparse_decode_combine(const __grid_constant__ bp::mla::SparseDecodeParams params) {
  bp::mla::sparse_combine(params);
}
