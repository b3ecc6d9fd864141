// Device entries of top-k selection, for sm_80 and up. Compiled once with -arch=compute_80.
#include "kernels/dsa/topk_row.cuh"

// Many rows: several blocks share an SM, and while one counts, others read.
extern "C" __global__ void __launch_bounds__(256, 4)
    dsa_topk_threads256(const __grid_constant__ bp::dsa::TopkParams params) {
  __shared__ bp::dsa::TopkShared<256> shared;
  bp::dsa::select_topk<256, 2>(shared, params);
}

// Fewer rows than SMs.
extern "C" __global__ void __launch_bounds__(1024, 1)
    dsa_topk_threads1024(const __grid_constant__ bp::dsa::TopkParams params) {
  __shared__ bp::dsa::TopkShared<1024> shared;
  bp::dsa::select_topk<1024, 2>(shared, params);
}
