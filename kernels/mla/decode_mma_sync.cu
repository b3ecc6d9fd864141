// Device entries of dense MLA decode on mma.sync bf16, for sm_80 and up. Compiled once with
// -arch=compute_80.
#include "kernels/gpu_machine.cuh"
#include "kernels/mla/combine.cuh"
#include "kernels/mla/decode_mma_sync.cuh"
#include "kernels/mla/decode_mma_sync_wide.cuh"

// Not an unnamed namespace: names of internal linkage hold a number made of the source's path.
namespace bp::mla_mma_sync {

template <class Tiling>
__device__ void decode(const bp::mla::DecodeParams& params) {
  on_gpu::Machine gpu;
  bp::mla::decode<on_gpu::Machine, Tiling>(gpu, params);
}

}  // namespace bp::mla_mma_sync
using bp::mla_mma_sync::decode;

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

// Warps of two kinds, 168 registers each.
extern "C" __global__ void __launch_bounds__(bp::mla::WideSmall::threads, 1)
    mla_decode_rows64_tokens16(const __grid_constant__ bp::mla::DecodeParams params) {
  bp::mla::wide::decode<bp::mla::WideSmall>(params);
}

extern "C" __global__ void __launch_bounds__(bp::mla::WideMiddle::threads, 1)
    mla_decode_rows64_tokens32_stages3(const __grid_constant__ bp::mla::DecodeParams params) {
  bp::mla::wide::decode<bp::mla::WideMiddle>(params);
}

extern "C" __global__ void __launch_bounds__(bp::mla::WideLarge::threads, 1)
    mla_decode_rows64_tokens32_stages4(const __grid_constant__ bp::mla::DecodeParams params) {
  bp::mla::wide::decode<bp::mla::WideLarge>(params);
}

extern "C" __global__ void __launch_bounds__(512)
    mla_decode_combine(const __grid_constant__ bp::mla::DecodeParams params) {
  bp::on_gpu::Machine gpu;
  bp::mla::combine(gpu, params);
}
