// The rate of mma.sync m16n8k16 bf16. For sm_80 and up.
#include "kernels/rates/mma_sync_loop.cuh"
#include "probes/ptx/mma_sync.cuh"

extern "C" __global__ void __launch_bounds__(256, 2)
    rate_loop(const __grid_constant__ bp::rates::RateParams params) {
  bp::rates::mma_sync_loop<bp::rates::Bf16Loop>(
      params,
      [](float(&d)[4], const unsigned(&a)[4], const unsigned(&b)[2]) {
        bp::ptx::mma_bf16(d, a, b);
      },
      [](unsigned word) { return word; });
}
