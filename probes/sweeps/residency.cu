// CTAs that are resident on one SM at the same time: each stays for a while and counts itself in.
#include "probes/survey/special_registers.cuh"

extern "C" __global__ void __launch_bounds__(1024)
    bp_survey_residency(unsigned* now, unsigned* peak, unsigned sms, long long clocks) {
  if (threadIdx.x == 0) {
    const unsigned sm = bp::smid();
    if (sm < sms) bp::stay(now + sm, peak + sm, clocks);
  }
  __syncthreads();
}
