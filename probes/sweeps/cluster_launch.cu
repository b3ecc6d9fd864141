// Each CTA says where it is in its cluster and on which SM (PTX ISA, "Special Registers":
// %clusterid, %cluster_ctarank, %cluster_nctarank, %smid).
#include "probes/survey/special_registers.cuh"
#include "probes/sweeps/cluster_launch.h"

namespace bp {
BP_SPECIAL_REGISTER(cluster_ctarank)
BP_SPECIAL_REGISTER(cluster_nctarank)

__device__ __forceinline__ unsigned clusterid_x() {
  unsigned value;
  asm volatile("mov.u32 %0, %%clusterid.x;" : "=r"(value));
  return value;
}
}  // namespace bp

extern "C" __global__ void __launch_bounds__(1024)
    bp_survey_cluster_launch(bp::ClusterCta* seen, unsigned* at_once, long long clocks) {
  if (threadIdx.x == 0) {
    const unsigned rank = bp::cluster_ctarank();
    seen[blockIdx.x] = {bp::clusterid_x(), rank, bp::cluster_nctarank(), bp::smid()};
    // A CTA of another rank counts where nobody looks.
    unsigned* const counters = rank == 0 ? at_once : at_once + 2;
    bp::stay(counters, counters + 1, clocks);
  }
  __syncthreads();
}
