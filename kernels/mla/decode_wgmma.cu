// Device entries of dense MLA decode on wgmma bf16, for sm_90a.
#include "kernels/gpu_machine.cuh"
#include "kernels/mla/combine.cuh"
#include "kernels/mla/decode_wgmma_scores.cuh"
#include "kernels/mla/decode_wgmma_values.cuh"
#include "probes/ptx/griddepcontrol.cuh"
#include "probes/ptx/setmaxnreg.cuh"

// Not an unnamed namespace: names of internal linkage hold a number made of the source's path.
namespace bp::mla_wgmma {

__device__ inline void init_barriers(WgmmaDecodeShared& shared) {
  for (auto& stage : shared.full) {
    for (std::uint64_t& full : stage) bp::ptx::mbarrier_init(barrier(full), 1);
  }
  bp::ptx::mbarrier_init(barrier(shared.rope_full), 1);
  bp::ptx::mbarrier_init(barrier(shared.scored), Tiling::group_threads);
  bp::ptx::mbarrier_init(barrier(shared.probabilities_free), 2);
  bp::ptx::mbarrier_init(barrier(shared.sums_full), Tiling::group_threads);
  bp::ptx::mbarrier_init(barrier(shared.sums_free), 2 * Tiling::group_threads);
  bp::ptx::fence_mbarrier_init();
  bp::ptx::fence_proxy_async();  // the same thread starts copies that count on them
}

/// Grid: x = tiles of query rows, y = parts.
__device__ void decode(const DecodeParams& params, const TensorMapBytes& map) {
  auto& shared = *reinterpret_cast<WgmmaDecodeShared*>(bp::on_gpu::dynamic_shared);
  const Block block(params, map, shared);
  // From one lane, so that the compiler knows the branches below to be the same for a whole warp.
  const int group =
      __shfl_sync(0xffffffff, static_cast<int>(threadIdx.x) / Tiling::group_threads, 0);

  if (threadIdx.x == 0) {
    init_barriers(shared);
    shared.walk = {block.first_segment, block.end_segment, 0, 0, 0};
    for (int stage = 0; stage < Tiling::stages; ++stage) {
      const int page = next_page(params, block.last_row, shared.walk);
      shared.next_page[stage] = page;
      if (page < 0) continue;
      for (int side = 0; side < 2; ++side) block.copy(stage, side, page);
      if (stage == 0) block.copy_rope(page);
    }
  }
  __syncthreads();
  // The combine's blocks take the places of these as they end, and wait for the last one there.
  bp::ptx::griddepcontrol_launch_dependents();
  if (group == 0) {
    bp::ptx::setmaxnreg_inc<Tiling::scores_registers>();
    Scores scores{block};
    scores.run();
  } else {
    bp::ptx::setmaxnreg_dec<Tiling::values_registers>();
    if (group == 1) {
      Values<0> values{block};
      values.run();
    } else {
      Values<1> values{block};
      values.run();
    }
  }
}

}  // namespace bp::mla_wgmma

extern "C" __global__ void __launch_bounds__(384, 1)
    mla_decode_wgmma(const __grid_constant__ bp::mla::DecodeParams params,
                     const __grid_constant__ bp::mla::TensorMapBytes map) {
  bp::mla_wgmma::decode(params, map);
}

extern "C" __global__ void __launch_bounds__(512)
    mla_decode_combine(const __grid_constant__ bp::mla::DecodeParams params) {
  bp::ptx::griddepcontrol_wait();  // launched before the decode has ended
  bp::on_gpu::Machine gpu;
  bp::mla::combine(gpu, params);
}
