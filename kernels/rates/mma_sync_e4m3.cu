// The rate of mma.sync m16n8k32 e4m3. For sm_89 and up.
//
// Where the assembler makes f16 instructions of it (sm_90), it would convert operands that stay the
// same once, before the loop. So they change in each iteration, by a step that comes from memory:
// a kernel has other operands each time too.
#include "kernels/rates/mma_sync_loop.cuh"
#include "probes/ptx/mma_sync.cuh"

extern "C" __global__ void __launch_bounds__(256, 2)
    rate_loop(const __grid_constant__ bp::rates::RateParams params) {
  const unsigned step = params.operands[0];
  bp::rates::mma_sync_loop<bp::rates::E4m3Loop>(
      params,
      [](float(&d)[4], const unsigned(&a)[4], const unsigned(&b)[2]) {
        bp::ptx::mma_e4m3(d, a, b);
      },
      // The upper bit of each exponent 0, the next one 1: magnitudes of 1/8 to 2.
      [step](unsigned word) { return ((word + step) & 0xbfbfbfbfu) | 0x20202020u; });
}
