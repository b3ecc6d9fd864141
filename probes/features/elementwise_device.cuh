// Device half of the probes that do the same to many items, each a few words in, a few words out.
#pragma once

namespace bp::elementwise {

/// One thread an item: `function(item, words, results)`.
template <unsigned words, unsigned results, typename Function>
__device__ inline void map(const unsigned char* in, unsigned char* out, Function function) {
  const unsigned item = blockIdx.x * blockDim.x + threadIdx.x;
  const auto* source = reinterpret_cast<const unsigned*>(in) + item * words;
  auto* target = reinterpret_cast<unsigned*>(out) + item * results;
  unsigned w[words];
  unsigned r[results];
#pragma unroll
  for (unsigned i = 0; i < words; ++i) w[i] = source[i];
  function(item, w, r);
#pragma unroll
  for (unsigned i = 0; i < results; ++i) target[i] = r[i];
}

__device__ inline float as_float(unsigned bits) { return __uint_as_float(bits); }

}  // namespace bp::elementwise
