// The clocked loop of the tcgen05.mma probes: one thread issues MMAs of the largest shape one after
// the other, all into one accumulator, as a matrix product's main loop does.
#pragma once

#include "probes/features/tcgen05_multiply.cuh"

namespace bp::tcgen05 {

/// B's rows, then A's, as 128-byte swizzled tiles; what the probe's input has of either is
/// repeated. Every byte is written by one thread.
template <typename Input>
__device__ inline void fill_tiles(unsigned char* tiles, const unsigned char* in, unsigned b_rows,
                                  unsigned all_rows) {
  const auto* a = reinterpret_cast<const uint4*>(in);
  const auto* b = reinterpret_cast<const uint4*>(in + Input::b_offset);
  for (unsigned chunk = threadIdx.x; chunk < all_rows * 8; chunk += blockDim.x) {
    const unsigned row = chunk / 8;
    const unsigned column = chunk % 8;
    *reinterpret_cast<uint4*>(tiles + ptx::swizzled_128b(row, column * 16)) =
        row < b_rows ? b[row % Input::n * (Input::b_row / 16) + column % (Input::b_row / 16)]
                     : a[(row - b_rows) * (Input::a_row / 16) + column % (Input::a_row / 16)];
  }
}

/// A word of scales or of indices for a column of Tensor Memory: valid ones, which row has which
/// makes no difference here.
template <typename P, typename Input>
__device__ inline unsigned any_operand_word(const unsigned char* in, unsigned column) {
  const unsigned at = threadIdx.x + column * 37;
  if constexpr (P::scales != 0) {
    constexpr unsigned words = (Input::m + Input::n) * Input::scale_words;
    if (P::metadata == 0 || column < P::metadata_column)
      return reinterpret_cast<const unsigned*>(in + Input::scale_offset)[at % words];
  }
  if constexpr (P::metadata != 0) {
    constexpr unsigned words = Input::m * Input::metadata_words;
    return reinterpret_cast<const unsigned*>(in + Input::metadata_offset)[at % words];
  }
  return 0;
}

/// The clocks from the first of `rate_mmas` MMAs to the arrival that tells that all are done; 0 if
/// it did not come in time. The second CTA of a pair only waits: what it counts is the same time.
template <typename Plan, typename Issue>
__device__ inline void clocked(const unsigned char* in, unsigned char* out, Issue issue) {
  using namespace ptx;
  using Input = Derived<Plan>;
  using P = Derived<Clocked<Plan>>;
  constexpr int group = P::cta_group;
  // The last eight rows of B are the first eight of A: both whole would be just above the 48 KiB
  // that a kernel has without asking for more.
  constexpr unsigned a_start = P::n / group - 8;
  constexpr unsigned all_rows = a_start + P::rows;
  __shared__ alignas(1024) unsigned char tiles[all_rows * 128];
  __shared__ alignas(8) unsigned long long done;
  __shared__ unsigned allocated;
  static_assert(sizeof(tiles) + sizeof(done) + sizeof(allocated) <= 48 * 1024);
  static_assert(P::allocated_columns <= 512 && P::used_columns <= P::allocated_columns);
  const unsigned warp = threadIdx.x / 32;
  const unsigned rank = rank_in_group<group>();
  if (warp == 0) {
    tcgen05_alloc<group>(shared_address(&allocated), P::allocated_columns);
    tcgen05_relinquish_alloc_permit<group>();
  }
  if (threadIdx.x == 0) {
    mbarrier_init(&done, 1);
    fence_mbarrier_init();
  }
  fill_tiles<Input>(tiles, in, a_start, all_rows);
  fence_proxy_async();
  tcgen05_fence_before_sync();
  __syncthreads();
  tcgen05_fence_after_sync();
  const unsigned d = allocated;
  for (unsigned column = P::n; column < P::used_columns; column += 16) {
    unsigned words[16];
#pragma unroll
    for (unsigned i = 0; i < 16; ++i) words[i] = any_operand_word<P, Input>(in, column + i);
    tcgen05_store(d + (warp * 32 << 16) + column, words);
  }
  if constexpr (P::used_columns > P::n) tcgen05_wait_store();
  synchronise<group>();

  if (threadIdx.x == 0) {
    const unsigned start_of_tiles = shared_address(tiles);
    const long long start = clock64();
    if (rank == 0) {
      // The first MMA of all begins D anew, all others add to it.
#pragma unroll 1
      for (unsigned pass = 0; pass < rate_mmas / P::steps; ++pass) {
        Step<P> step{0, d, start_of_tiles + a_start * 128, start_of_tiles, pass};
#pragma unroll
        for (; step.number < P::steps; ++step.number) issue(step);
      }
      commit<group>(&done);
    }
    const bool in_time = wait_bounded(&done, 0);
    const long long clocks = clock64() - start;
    reinterpret_cast<unsigned long long*>(out)[blockIdx.x] =
        in_time ? static_cast<unsigned long long>(clocks) : 0;
  }
  __syncwarp();
  // Nobody frees or leaves before the MMAs of both CTAs are done.
  synchronise<group>();
  if (warp == 0) tcgen05_dealloc<group>(d, P::allocated_columns);
}

}  // namespace bp::tcgen05
