// Device half of the tcgen05.mma probes: everything around the MMAs. A CTA of 128 threads, or two,
// brings A and B to shared memory (K-major, 128-byte swizzle), what belongs into Tensor Memory
// there, has one thread issue the k-steps and writes D.
//
// Tensor Memory (PTX ISA 9.0, 9.7.16.10): "Data Path Layout Organization" for D and A, "Scale
// Factor A ID" and "... B ID" for scales, "Sparsity selector" for indices; compared with the
// fragments of cute/atom/mma_traits_sm100_frag.hpp of CUTLASS.
#pragma once

#include "probes/features/device.cuh"
#include "probes/features/tcgen05_plan.h"
#include "probes/ptx/async_proxy.cuh"
#include "probes/ptx/cluster.cuh"
#include "probes/ptx/operand_tile.cuh"
#include "probes/ptx/tcgen05.cuh"
#include "probes/ptx/tcgen05_mma.cuh"

namespace bp::tcgen05 {

/// What the issuing thread needs for one k-step.
template <typename P>
struct Step {
  unsigned number;
  unsigned d;        // Tensor Memory address
  unsigned a_start;  // shared memory addresses of the tiles
  unsigned b_start;

  /// A k-step is 32 bytes of each row, twice as many of B where A is sparse; the swizzle is a
  /// function of the address.
  __device__ std::uint64_t a() const { return operand(a_start + number * 32); }
  __device__ std::uint64_t b() const { return operand(b_start + number * P::b_row / P::steps); }
  __device__ unsigned a_tmem() const { return d + P::a_column + number * 8; }
  __device__ bool accumulate() const { return number > 0; }

  /// Scales of the k-step: the word's first column and the byte in it where they begin.
  __device__ unsigned scale_a() const { return d + P::scale_a_column + 4 * scale_word(); }
  __device__ unsigned scale_b() const { return d + P::scale_b_column + 4 * scale_word(); }
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

/// What belongs into Tensor Memory at this lane and this column behind D's, before the MMAs.
/// `rank`: the CTA's.
template <typename P>
__device__ inline unsigned operand_word(const unsigned char* in, unsigned rank, unsigned lane,
                                        unsigned column) {
  constexpr unsigned nothing = 0xffffffff;  // scales that are NaN; indices without a meaning
  if constexpr (P::a_in_tmem && !P::transformed) {
    // A by rows, packed.
    return reinterpret_cast<const unsigned*>(in)[lane * (P::a_row / 4) + column];
  }
  if constexpr (P::scales != 0) {
    // Row r's word w is in column 4 w + r / 32 at lane r % 32, and again in each 32 lanes. Each
    // CTA of a pair has the scales of its own rows of A, and those of all columns of B.
    const auto* words = reinterpret_cast<const unsigned*>(in + P::scale_offset);
    const unsigned row = column % 4 * 32 + lane % 32;
    const unsigned word = column / 4 % P::scale_words;
    if (column < 4 * P::scale_words) return words[(rank * P::rows + row) * P::scale_words + word];
    if (column < 8 * P::scale_words)
      return row < P::n ? words[(P::m + row) * P::scale_words + word] : nothing;
    column -= 8 * P::scale_words;
  }
  if constexpr (P::metadata == 1) {
    // A word has 16 bits of two rows: lane 16 g + 8 h + r those of the h-th half of the k-step, for
    // row 16 g + r below and row 16 g + r + 8 above.
    if (column >= P::steps) return nothing;
    const auto* words = reinterpret_cast<const unsigned*>(in + P::metadata_offset) + column;
    const unsigned row = lane / 16 * 16 + lane % 8;
    const unsigned shift = lane / 8 % 2 * 16;
    const unsigned low = words[row * P::steps] >> shift & 0xffff;
    const unsigned high = words[(row + 8) * P::steps] >> shift & 0xffff;
    return low | high << 16;
  }
  if constexpr (P::metadata == 2) {
    // Lane r has the two words of row r.
    if (column >= 4 * P::steps || column % 4 >= 2) return nothing;
    const auto* words = reinterpret_cast<const unsigned*>(in + P::metadata_offset);
    return words[lane * P::metadata_words + column / 4 * 2 + column % 4];
  }
  return nothing;
}

template <int cta_group>
__device__ inline void synchronise() {
  ptx::tcgen05_fence_before_sync();
  if constexpr (cta_group == 1) {
    __syncthreads();
  } else {
    ptx::cluster_barrier();
  }
  ptx::tcgen05_fence_after_sync();
}

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
  unsigned rank = 0;
  if constexpr (group == 2) rank = cluster_ctarank();
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
    if constexpr (group == 1) {
      tcgen05_commit(shared_address(&done));
    } else {
      // The descriptors name places in this CTA; the same places in the other are meant too.
      tcgen05_commit_multicast(shared_address(&done), 0b11);
    }
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
