// The one signature of every probe entry, and what device code of probes may use.
#pragma once

/// CUtensorMap by value: 128 bytes, 64-byte aligned (cuda.h). Zero where the probe has no tensor
/// map.
struct alignas(64) TensorMapBytes {
  unsigned char bytes[128];
};

#define BP_ENTRY(name)                                                         \
  extern "C" __global__ void name(const unsigned char* in, unsigned char* out, \
                                  unsigned launch_index,                       \
                                  const __grid_constant__ TensorMapBytes tensor_map)

/// The same with __launch_bounds__(threads, blocks): for entries whose register count must be
/// known.
#define BP_ENTRY_BOUNDS(name, threads, blocks)                                 \
  extern "C" __global__ void __launch_bounds__(threads, blocks)                \
      name(const unsigned char* in, unsigned char* out, unsigned launch_index, \
           const __grid_constant__ TensorMapBytes tensor_map)
