// Where the border lies between the `rank` largest of many integers and the rest: by histograms of
// ever finer parts of their range.
#pragma once

#include "kernels/device_code.h"

namespace bp::dsa {

inline constexpr int histogram_bins = 2048;
inline constexpr int histogram_bits = 11;

struct TopkEntry {
  float value;
  int column;
};

/// Entries around the border that are ranked one by one.
inline constexpr int ranked_entries = 128;

/// Of the whole block.
template <int threads>
struct TopkScratch {
  union {
    alignas(16) unsigned bins[histogram_bins];
    TopkEntry ranked[ranked_entries];  // while nothing is counted
  };
  int warp_sums[threads / 32];
  int bin;
  int above;
  int inside;
  unsigned lowest;
  unsigned highest;
  int count;
  unsigned cut_key;
  int cut_column;
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

/// Where to look for a border, and when to be content.
struct TopkSearch {
  unsigned low;   // integers below are not counted
  unsigned high;  // an expectation only, if `open`: there may be integers above
  bool open;
  int rank;    // >= 1
  int slack;   // a surplus of so many will do,
  int inside;  // and so will a bin of so many
};

/// Integers above `last` are the `rank_above` largest; of those from `first` to `last` `rank` more
/// belong to the searched ones.
struct TopkBorder {
  unsigned first;
  unsigned last;
  int rank;    // 0: there were too few integers
  int inside;  // from `first` to `last`
};

/// `each(f)` calls f(key) for every integer that is this thread's.
template <int threads, class Each>
BP_DEVICE TopkBorder find_border(TopkScratch<threads>& scratch, const Each& each,
                                 TopkSearch search) {
  constexpr int per_thread = histogram_bins / threads;
  const int thread = static_cast<int>(threadIdx.x);
  BP_NO_UNROLL while (true) {
    const unsigned low = search.low;
    const int bits = 32 - __clz(static_cast<int>(search.high - low));
    const int shift = bits > histogram_bits ? bits - histogram_bits : 0;
    const unsigned last_bin = (search.high - low) >> shift;
    BP_UNROLL for (int i = 0; i < per_thread; ++i) scratch.bins[thread + i * threads] = 0;
    __syncthreads();
    if (thread == 0) scratch.bin = -1;  // not before: others may still look at the bin before
    each([&](unsigned key) {
      const unsigned bin = (key - low) >> shift;
      if (key >= low && (bin <= last_bin || search.open)) {
        atomicAdd(&scratch.bins[bin < last_bin ? bin : last_bin], 1u);
      }
    });
    __syncthreads();
    // From the highest bin down.
    const int first = histogram_bins - (thread + 1) * per_thread;
    int counts[per_thread];
    int sum = 0;
    BP_UNROLL for (int i = 0; i < per_thread; ++i) {
      counts[i] = static_cast<int>(scratch.bins[first + i]);
      sum += counts[i];
    }
    int total;
    int above = block_scan(scratch, sum, total);
    if (above < search.rank && search.rank <= above + sum) {
      BP_UNROLL for (int i = per_thread - 1; i >= 0; --i) {
        if (above < search.rank && search.rank <= above + counts[i]) {
          scratch.bin = first + i;
          scratch.above = above;
          scratch.inside = counts[i];
        }
        above += counts[i];
      }
    }
    __syncthreads();
    const int bin = scratch.bin;
    if (bin < 0) return {low, search.high, 0, 0};
    search.rank -= scratch.above;
    search.low = low + (static_cast<unsigned>(bin) << shift);
    search.open = search.open && static_cast<unsigned>(bin) == last_bin;
    const unsigned last = search.low + ((1u << shift) - 1);
    search.high = search.open ? 0xffffffffu : last < search.high ? last : search.high;
    const int inside = scratch.inside;
    if (search.low == search.high || inside - search.rank <= search.slack ||
        inside <= search.inside) {
      return {search.low, search.high, search.rank, inside};
    }
  }
}

}  // namespace bp::dsa
