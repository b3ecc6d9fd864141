// Device halves of the cvt probes; the layout of their items is in cvt_host.h.
#pragma once

#include "probes/features/cvt_items.h"
#include "probes/features/elementwise_device.cuh"
#include "probes/ptx/cvt.cuh"

namespace bp::cvt {

/// From f16x2 and f32, each also with .relu.
template <typename F16, typename F16Relu, typename F32, typename F32Relu>
__device__ inline void narrow_all(const unsigned char* in, unsigned char* out, F16 f16,
                                  F16Relu f16_relu, F32 f32, F32Relu f32_relu) {
  elementwise::map<2, 1>(in, out, [=](unsigned item, const unsigned(&w)[2], unsigned(&r)[1]) {
    const float upper = elementwise::as_float(w[1]);
    const float lower = elementwise::as_float(w[0]);
    if (item < all_items) {
      r[0] = f16(w[0]) | f16(w[1]) << 16;
    } else if (item < all_items + relu_items) {
      r[0] = f16_relu(w[0]) | f16_relu(w[1]) << 16;
    } else {
      r[0] = f32(upper, lower) | f32_relu(upper, lower) << 16;
    }
  });
}

/// From f32, also with .relu.
template <typename F32, typename F32Relu>
__device__ inline void narrow(const unsigned char* in, unsigned char* out, F32 f32,
                              F32Relu f32_relu) {
  elementwise::map<2, 1>(in, out, [=](unsigned, const unsigned(&w)[2], unsigned(&r)[1]) {
    const float upper = elementwise::as_float(w[1]);
    const float lower = elementwise::as_float(w[0]);
    r[0] = f32(upper, lower) | f32_relu(upper, lower) << 16;
  });
}

/// Of two bytes, also with .relu.
template <typename Widen, typename WidenRelu>
__device__ inline void widen(const unsigned char* in, unsigned char* out, Widen widen,
                             WidenRelu widen_relu) {
  elementwise::map<1, 2>(in, out, [=](unsigned, const unsigned(&w)[1], unsigned(&r)[2]) {
    r[0] = widen(static_cast<unsigned short>(w[0]));
    r[1] = widen_relu(static_cast<unsigned short>(w[0]));
  });
}

}  // namespace bp::cvt
