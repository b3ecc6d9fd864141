// The rate of wgmma m64n256k32 e4m3. For sm_90a.
#include "kernels/rates/wgmma_loop.cuh"

extern "C" __global__ void __launch_bounds__(256, 1)
    rate_loop(const __grid_constant__ bp::rates::RateParams params) {
  bp::rates::wgmma_loop(params, [](float(&d)[128], std::uint64_t a, std::uint64_t b) {
    bp::ptx::wgmma_e4m3(d, a, b, 1);
  });
}
