// Where the border lies between the `rank` largest of many integers and the rest: by histograms of
// ever finer parts of their range.
#pragma once

#include "kernels/device_code.h"

namespace bp::dsa {

inline constexpr int histogram_bins = 2048;
inline constexpr int histogram_bits = 11;

/// Of the whole block.
template <int threads>
struct TopkScratch {
  unsigned bins[histogram_bins];
  int warp_sums[threads / 32];
  int bin;
  int above;
  int inside;
  unsigned highest;
  int count;
};

/// Sum over the lanes up to and with this one.
BP_DEVICE int warp_scan(int sum) {
  const int lane = static_cast<int>(threadIdx.x) % 32;
  BP_UNROLL for (int step = 1; step < 32; step *= 2) {
    const int other = __shfl_up_sync(0xffffffff, sum, step);
    if (lane >= step) sum += other;
  }
  return sum;
}

/// Sum over the block of what the threads before this one have; `total`: of all of them. Two
/// barriers.
template <int threads>
BP_DEVICE int block_scan(TopkScratch<threads>& scratch, int mine, int& total) {
  constexpr unsigned all = 0xffffffff;
  constexpr int warps = threads / 32;
  const int lane = static_cast<int>(threadIdx.x) % 32;
  const int warp = static_cast<int>(threadIdx.x) / 32;
  const int sum = warp_scan(mine);
  if (lane == 31) scratch.warp_sums[warp] = sum;
  __syncthreads();
  const int sums = warp_scan(lane < warps ? scratch.warp_sums[lane] : 0);
  total = __shfl_sync(all, sums, 31);
  const int before = __shfl_sync(all, sums, warp == 0 ? 0 : warp - 1);
  __syncthreads();
  return (warp == 0 ? 0 : before) + sum - mine;
}

/// Integers >= `first` are the `rank` largest, and `surplus` more.
struct TopkBorder {
  unsigned first;
  int rank;        // how many of those from `first` to the end of its bin are among the largest
  int surplus;     // how many of them are not
  bool one_value;  // the bin is `first` alone
};

/// `each(f)` calls f(key) for every integer that is this thread's. Of those within [low, high]
/// there must be at least `rank` >= 1. A border with a surplus of at most `slack` will do.
template <int threads, class Each>
BP_DEVICE TopkBorder find_border(TopkScratch<threads>& scratch, const Each& each, unsigned low,
                                 unsigned high, int rank, int slack) {
  constexpr int per_thread = histogram_bins / threads;
  const int thread = static_cast<int>(threadIdx.x);
  BP_NO_UNROLL while (true) {
    const unsigned width = high - low;
    const int bits = 32 - __clz(static_cast<int>(width));
    const int shift = bits > histogram_bits ? bits - histogram_bits : 0;
    BP_UNROLL for (int i = 0; i < per_thread; ++i) scratch.bins[thread + i * threads] = 0;
    __syncthreads();
    each([&](unsigned key) {
      if (key - low <= width) atomicAdd(&scratch.bins[(key - low) >> shift], 1u);
    });
    __syncthreads();
    // From the highest bin down.
    const int top = histogram_bins - thread * per_thread - 1;
    int sum = 0;
    BP_UNROLL for (int i = 0; i < per_thread; ++i) sum += static_cast<int>(scratch.bins[top - i]);
    int total;
    int above = block_scan(scratch, sum, total);
    if (above < rank && rank <= above + sum) {
      int bin = top;
      while (above + static_cast<int>(scratch.bins[bin]) < rank) {
        above += static_cast<int>(scratch.bins[bin--]);
      }
      scratch.bin = bin;
      scratch.above = above;
      scratch.inside = static_cast<int>(scratch.bins[bin]);
    }
    __syncthreads();
    low += static_cast<unsigned>(scratch.bin) << shift;
    const unsigned last = low + ((1u << shift) - 1);
    high = last < high ? last : high;
    rank -= scratch.above;
    const int surplus = scratch.inside - rank;
    if (shift == 0 || surplus <= slack) return {low, rank, surplus, shift == 0};
  }
}

}  // namespace bp::dsa
