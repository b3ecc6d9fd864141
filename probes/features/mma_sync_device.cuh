// The device half of the mma_sync probes: the probe itself and the clocked loop, as one macro.
#pragma once

#include "probes/features/device.cuh"
#include "probes/features/mma_sync_tile.cuh"

namespace bp::mma {

// --- accumulators as the instruction takes them: as they are, or two f16 to a register

template <typename L, bool half = L::half_accumulator>
struct Accumulator {
  typename L::C r[c_registers<L>];
  __device__ void set(const typename L::C (&d)[c_registers<L>]) {
    for (unsigned i = 0; i < c_registers<L>; ++i) r[i] = d[i];
  }
  __device__ void get(typename L::C (&d)[c_registers<L>]) const {
    for (unsigned i = 0; i < c_registers<L>; ++i) d[i] = r[i];
  }
};

template <typename L>
struct Accumulator<L, true> {
  unsigned r[c_registers<L> / 2];
  __device__ void set(const float (&d)[c_registers<L>]) {
    for (unsigned i = 0; i < c_registers<L> / 2; ++i) {
      asm("cvt.rn.f16x2.f32 %0, %1, %2;" : "=r"(r[i]) : "f"(d[2 * i + 1]), "f"(d[2 * i]));
    }
  }
  __device__ void get(float (&d)[c_registers<L>]) const {
    for (unsigned i = 0; i < c_registers<L>; ++i) {
      const auto bits = static_cast<unsigned short>(r[i / 2] >> (16 * (i % 2)));
      asm("cvt.f32.f16 %0, %1;" : "=f"(d[i]) : "h"(bits));
    }
  }
};

/// Calls `instruction(d, a, b)`, with the metadata and the scales behind them where there are any.
template <typename L, typename Instruction, typename D, typename A, typename B>
__device__ inline void issue(Instruction instruction, D& d, const A& a, const B& b,
                             const Fragments<L>& f) {
  if constexpr (L::metadata_words != 0 && L::scaled) {
    instruction(d, a, b, f.metadata, f.scale_a, f.scale_b);
  } else if constexpr (L::metadata_words != 0) {
    instruction(d, a, b, f.metadata);
  } else if constexpr (L::scaled) {
    instruction(d, a, b, f.scale_a, f.scale_b);
  } else {
    instruction(d, a, b);
  }
}

/// One warp a tile: D = A * B + C.
template <typename L, typename Instruction>
__device__ inline void multiply_tiles(const unsigned char* in, unsigned char* out,
                                      Instruction instruction) {
  const unsigned warp = threadIdx.x / 32;
  const unsigned lane = threadIdx.x % 32;
  auto f = load_tile<L>(in + warp * tile_bytes<L>, lane);
  Accumulator<L> d;
  d.set(f.d);
  issue<L>(instruction, d.r, f.a, f.b, f);
  d.get(f.d);
  store_tile<L>(reinterpret_cast<typename L::C*>(out) + warp * L::rows * columns, f.d, lane);
}

/// The clocked loop: `rate_rows` A by `rate_columns` B tiles, each pair with an accumulator of its
/// own.
///
/// Where FP8 is emulated, ptxas computes A * B with f16 instructions and adds C afterwards, so
/// whatever two instructions of the loop, or two iterations, have in common is computed once. Hence
/// no two share both operands, and every word of A and B changes in each iteration, by a step that
/// comes from memory so that no algebra can make it constant. Sharing each A and each B keeps these
/// additions at two for each instruction wherever the tensor core's own time is short. Scales and
/// metadata stay as they are: they must remain valid.
template <typename L, typename Instruction>
__device__ inline void clocked_loop(const unsigned char* in, unsigned char* out,
                                    Instruction instruction) {
  using Word = typename L::Word;
  const unsigned warp = threadIdx.x / 32;
  const unsigned lane = threadIdx.x % 32;
  const auto extra = load_tile<L>(in + warp % tiles * tile_bytes<L>, lane);
  Word a[L::rate_rows][a_registers<L>];
  Word b[L::rate_columns][b_registers<L>];
  Accumulator<L> d[L::rate_rows][L::rate_columns];
#pragma unroll
  for (unsigned column = 0; column < L::rate_columns; ++column) {
    const unsigned tile = (warp + column) % tiles;
    const auto f = load_tile<L>(in + tile * tile_bytes<L>, lane);
    for (unsigned i = 0; i < b_registers<L>; ++i) b[column][i] = f.b[i];
#pragma unroll
    for (unsigned row = 0; row < L::rate_rows; ++row) {
      if (row == column) {
        for (unsigned i = 0; i < a_registers<L>; ++i) a[row][i] = f.a[i];
      }
      d[row][column].set(f.d);
    }
  }
  const Word step = a[0][0] | Word{0x00010001u};

  __syncthreads();
  const long long start = clock64();
#pragma unroll 1
  for (unsigned iteration = 0; iteration < L::rate_iterations; ++iteration) {
#pragma unroll
    for (unsigned row = 0; row < L::rate_rows; ++row) {
      for (unsigned i = 0; i < a_registers<L>; ++i) a[row][i] += step;
    }
#pragma unroll
    for (unsigned column = 0; column < L::rate_columns; ++column) {
      for (unsigned i = 0; i < b_registers<L>; ++i) b[column][i] += step;
    }
#pragma unroll
    for (unsigned row = 0; row < L::rate_rows; ++row) {
#pragma unroll
      for (unsigned column = 0; column < L::rate_columns; ++column) {
        issue<L>(instruction, d[row][column].r, a[row], b[column], extra);
      }
    }
  }
  // Each result is used before the clock is read again; the store happens for one value in 2^32,
  // and is then overwritten.
  unsigned used = 0;
  for (unsigned row = 0; row < L::rate_rows; ++row) {
    for (unsigned column = 0; column < L::rate_columns; ++column) {
      const auto* words = reinterpret_cast<const unsigned*>(&d[row][column]);
      for (unsigned i = 0; i < sizeof(d[row][column]) / 4; ++i) used = used * 31 + words[i];
    }
  }
  auto* clocks = reinterpret_cast<unsigned long long*>(out);
  if (used == 0x9e3779b9u) clocks[blockIdx.x] = used;
  __syncthreads();
  if (threadIdx.x == 0) clocks[blockIdx.x] = static_cast<unsigned long long>(clock64() - start);
}

}  // namespace bp::mma

/// The entries NAME and NAME_rate of the instruction behind `function`, a wrapper of probes/ptx.
#define BP_MMA_SYNC_ENTRIES(name, layout, function)                            \
  BP_ENTRY(name) {                                                             \
    bp::mma::multiply_tiles<bp::mma::layout>(                                  \
        in, out, [](auto&... registers) { bp::ptx::function(registers...); }); \
  }                                                                            \
  BP_ENTRY_BOUNDS(name##_rate, 32 * bp::mma::rate_warps, 1) {                  \
    bp::mma::clocked_loop<bp::mma::layout>(                                    \
        in, out, [](auto&... registers) { bp::ptx::function(registers...); }); \
  }
