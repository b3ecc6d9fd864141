// Special registers, and a pause by the clock.
#pragma once

#define BP_SPECIAL_REGISTER(name)                           \
  __device__ __forceinline__ unsigned name() {              \
    unsigned value;                                         \
    asm volatile("mov.u32 %0, %%" #name ";" : "=r"(value)); \
    return value;                                           \
  }

namespace bp {
BP_SPECIAL_REGISTER(smid)

/// Thread 0 counts its CTA (or cluster) in for so many clocks: `at_once[0]` are there now,
/// `at_once[1]` is the most there ever were. What is counted is resident, so the peak is never too
/// high.
__device__ __forceinline__ void stay(unsigned* now, unsigned* peak, long long clocks) {
  atomicMax(peak, atomicAdd(now, 1u) + 1u);
  const long long start = clock64();
  while (clock64() - start < clocks) {
  }
  atomicSub(now, 1u);
}
}  // namespace bp
