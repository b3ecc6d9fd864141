// Device half of the tcgen05.mma probes: everything around the MMAs. A CTA of 128 threads, or two,
// brings A and B to shared memory (K-major, 128-byte swizzle), what belongs into Tensor Memory
// there, has one thread issue the k-steps and writes D.
// D is in Tensor Memory as PTX ISA 9.0, 9.7.16.10.5 "Data Path Layout Organization" tells.
#pragma once

#include "probes/features/device.cuh"
#include "probes/features/tcgen05_group.cuh"
#include "probes/features/tcgen05_operands.h"
#include "probes/ptx/async_proxy.cuh"
#include "probes/ptx/operand_tile.cuh"
#include "probes/ptx/tcgen05_mma.cuh"

namespace bp::tcgen05 {

/// What the issuing thread needs for one k-step.
template <typename P>
struct Step {
  unsigned number;
  unsigned d;        // Tensor Memory address
  unsigned a_start;  // shared memory addresses of the tiles
  unsigned b_start;
  unsigned pass = 0;  // of all k-steps, each of which adds to D

  /// Of the instruction descriptor.
  static constexpr unsigned m = P::m, n = P::n;

  /// A k-step is 32 bytes of each row, twice as many of B where A is sparse; the swizzle is a
  /// function of the address.
  __device__ std::uint64_t a() const { return operand(a_start + number * 32); }
  __device__ std::uint64_t b() const { return operand(b_start + number * P::b_row / P::steps); }
  __device__ unsigned a_tmem() const { return d + P::a_column + number * 8; }
  __device__ bool accumulate() const { return number > 0 || pass > 0; }

  /// Scales of the k-step: the word's first column and the byte in it where they begin.
  __device__ unsigned scale_a() const { return d + P::scale_a_column + 4 * scale_word(); }
  __device__ unsigned scale_b() const {
    return d + P::scale_b_column + P::scale_b_columns * scale_word();
  }
  __device__ unsigned scale_byte() const { return number * P::scales % 4; }

  /// Indices of a sparse A: with one word a k-step, the instruction descriptor selects one of two
  /// columns.
  __device__ unsigned indices() const {
    return d + P::metadata_column + (P::metadata == 1 ? number / 2 * 2 : number * 4);
  }
  __device__ unsigned selector() const { return P::metadata == 1 ? number % 2 : 0; }

 private:
  __device__ unsigned scale_word() const { return number * P::scales / 4; }
  __device__ static std::uint64_t operand(unsigned address) {
    return ptx::tcgen05_descriptor(address, 16, ptx::swizzled_128b_stride,
                                   ptx::Tcgen05Swizzle::b128);
  }
};

/// `issue` issues the MMA of one Step.
template <typename Plan, typename Issue>
__device__ inline void multiply(const unsigned char* in, unsigned char* out, Issue issue) {
  using namespace ptx;
  using P = Derived<Plan>;
  constexpr int group = P::cta_group;
  __shared__ alignas(1024) unsigned char a[P::rows * 128];
  __shared__ alignas(1024) unsigned char b[P::n / group * 128];
  __shared__ alignas(8) unsigned long long done;
  __shared__ unsigned allocated;
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
  copy_swizzled_128b(a, in + rank * P::rows * P::a_row, P::rows, P::a_row);
  copy_swizzled_128b(b, in + P::b_offset + rank * (P::n / group) * P::b_row, P::n / group);
  fence_proxy_async();
  tcgen05_fence_before_sync();
  __syncthreads();
  tcgen05_fence_after_sync();
  const unsigned d = allocated;
  const unsigned lanes = d + (warp * 32 << 16);

  // What an earlier launch left in D must not pass for a result.
  unsigned values[32];
#pragma unroll
  for (unsigned i = 0; i < 32; ++i) values[i] = poison;
  tcgen05_store(lanes, values);
  for (unsigned column = P::n; column < P::used_columns; column += 16) {
    unsigned words[16];
#pragma unroll
    for (unsigned i = 0; i < 16; ++i)
      words[i] = operand_word<P>(in, rank, threadIdx.x, column + i - P::n);
    tcgen05_store(lanes + column, words);
  }
  tcgen05_wait_store();
  synchronise<group>();

  if (rank == 0 && threadIdx.x == 0) {
    Step<P> step{0, d, shared_address(a), shared_address(b)};
    for (; step.number < P::steps; ++step.number) issue(step);
    commit<group>(&done);
  }
  __syncwarp();
  const bool in_time = wait_bounded(&done, 0);
  tcgen05_fence_after_sync();

  // A warp's loads are for all its threads together: they are made in any case.
  __syncwarp();
  tcgen05_load(values, lanes);
  tcgen05_wait_load();
  // D's element (row, column) is at that lane and column; with fewer rows (.ws) the next columns of
  // D are beside them, in the lanes behind.
  constexpr unsigned columns = P::n * P::rows / 128;
  static_assert(columns <= 32 && P::allocated_columns >= 32, "D is stored and loaded at once");
  const unsigned row = threadIdx.x % P::rows;
  const unsigned first = threadIdx.x / P::rows * columns;
  auto* result = reinterpret_cast<unsigned*>(out) + (rank * P::rows + row) * P::n + first;
#pragma unroll
  for (unsigned i = 0; i < columns; ++i) result[i] = in_time ? values[i] : poison;
  // Neither CTA of a pair may free or leave while the other's tensor core may still reach it.
  synchronise<group>();
  if (warp == 0) tcgen05_dealloc<group>(d, P::allocated_columns);
}

}  // namespace bp::tcgen05
