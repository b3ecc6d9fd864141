// Device half of the simplest probe there is: 32 threads add one to 32 words.
#pragma once

#include "probes/features/device.cuh"

__device__ inline void add_one(const unsigned char* in, unsigned char* out) {
  reinterpret_cast<unsigned*>(out)[threadIdx.x] =
      reinterpret_cast<const unsigned*>(in)[threadIdx.x] + 1;
}
