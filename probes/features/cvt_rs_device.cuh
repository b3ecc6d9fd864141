// Device half of the cvt.rs probes: cvt_rs_host.h says what their items are.
#pragma once

#include "probes/features/elementwise_device.cuh"
#include "probes/ptx/cvt_rs.cuh"

namespace bp::cvt {

/// Two inputs and the random bits.
template <typename Plain, typename Relu>
__device__ inline void round_two(const unsigned (&w)[3], unsigned (&r)[2], Plain plain, Relu relu) {
  const float a = __uint_as_float(w[0]);
  const float b = __uint_as_float(w[1]);
  r[0] = plain(a, b, w[2]);
  r[1] = relu(a, b, w[2]);
}

/// Four inputs and the random bits.
template <typename Plain, typename Relu>
__device__ inline void round_four(const unsigned (&w)[5], unsigned (&r)[2], Plain plain,
                                  Relu relu) {
  const float a = __uint_as_float(w[0]);
  const float b = __uint_as_float(w[1]);
  const float e = __uint_as_float(w[2]);
  const float f = __uint_as_float(w[3]);
  r[0] = plain(a, b, e, f, w[4]);
  r[1] = relu(a, b, e, f, w[4]);
}

}  // namespace bp::cvt
