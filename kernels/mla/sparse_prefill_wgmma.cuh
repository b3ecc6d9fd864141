// Sparse MLA prefill on wgmma bf16: one CTA, one query token, 64 heads.
//
// Two warpgroups share the softmax and the output: a 64 x 512 f32 output is too large for one. Of
// each pair of key tiles the first one's scores are the left warpgroup's, the second one's the
// right one's; each adds both tiles' P V to its own 256 output columns, its own P from registers,
// the other's from shared memory, so that one computes exponentials while the other multiplies
// ("seesaw", FlashMLA docs/20250422-new-kernel-deep-dive.md). A third warpgroup gathers rows.
#pragma once

#include "kernels/mla/sparse_prefill_wgmma_math.cuh"
#include "probes/ptx/setmaxnreg.cuh"

namespace bp::sparse_prefill_wgmma {

/// The left warpgroup's share of a pair, whose scores are under way. Those of the next pair are
/// issued before this one's end.
template <class T, bool last>
__device__ __forceinline__ void left_pair(Math<T, left>& m, int pair) {
  ptx::wgmma_wait<0>();
  ptx::wgmma_touch(m.s);
  m.mask_scores();
  float largest[2];
  m.row_maxima(largest);
  float base[2] = {fmaxf(m.base[0], largest[0]), fmaxf(m.base[1], largest[1])};
  float factor[2];
  m.change_base(base, factor);
  m.write_bases();
  ptx::mbarrier_arrive(Block<T>::base_written(left));
  m.rescale(factor);
  m.exponentials();
  unsigned own[4][4];
  m.pack(own);
  m.issue_own_values(own);

  wait(Block<T>::base_written(right), pair & 1);
  m.read_bases(base);
  m.change_base(base, factor);
#pragma unroll
  for (int j = 0; j < 8; ++j) {
#pragma unroll
    for (int i = 0; i < 4; ++i) m.s[j * 4 + i] *= factor[i / 2];
  }
  unsigned shared_with_right[4][4];
  m.pack(shared_with_right);
  m.store_probabilities(shared_with_right);
  ptx::mbarrier_arrive(Block<T>::probabilities_written(left));

  ptx::wgmma_wait<0>();
  ptx::wgmma_touch(m.out);
  m.release(0);
  m.rescale(factor);
  wait(Block<T>::probabilities_written(right), pair & 1);
  m.issue_other_values();
  if constexpr (last) {
    ptx::wgmma_wait<0>();
    ptx::wgmma_touch(m.out);
  } else {
    m.issue_scores((pair + 1) & 1);
    ptx::wgmma_wait<1>();
    ptx::wgmma_touch(m.out);
    m.release(1);
  }
}

template <class T>
__device__ __forceinline__ void run_left(Math<T, left>& m, int pairs) {
  if (pairs == 0) return;
  m.issue_scores(0);
#pragma unroll 1
  for (int pair = 0; pair < pairs - 1; ++pair) left_pair<T, false>(m, pair);
  left_pair<T, true>(m, pairs - 1);
}

/// Second tile of each pair.
template <class T>
__device__ __forceinline__ void run_right(Math<T, right>& m, int pairs) {
#pragma unroll 1
  for (int pair = 0; pair < pairs; ++pair) {
    m.issue_scores(pair & 1);
    ptx::wgmma_wait<0>();
    ptx::wgmma_touch(m.s);
    m.mask_scores();
    float largest[2];
    m.row_maxima(largest);
    wait(Block<T>::base_written(left), pair & 1);
    float base[2];
    m.read_bases(base);
    base[0] = fmaxf(base[0], largest[0]);
    base[1] = fmaxf(base[1], largest[1]);
    float factor[2];
    m.change_base(base, factor);
    m.write_bases();
    ptx::mbarrier_arrive(Block<T>::base_written(right));
    m.rescale(factor);
    m.exponentials();
    unsigned own[4][4];
    m.pack(own);
    m.issue_own_values(own);
    m.store_probabilities(own);
    ptx::mbarrier_arrive(Block<T>::probabilities_written(right));
    wait(Block<T>::probabilities_written(left), pair & 1);
    m.issue_other_values();
    ptx::wgmma_wait<1>();
    m.release(1);
    ptx::wgmma_wait<0>();
    ptx::wgmma_touch(m.out);
    m.release(0);
  }
}

template <int width>
__device__ __forceinline__ void sparse_prefill(const SparsePrefillParams& p) {
  using T = mla::SparsePrefillWgmmaTiling<width>;
  const Block<T> block = Block<T>::here(p);
  if (threadIdx.x == 0) {
    block.init_barriers();
    ptx::fence_mbarrier_init();
  }
  __syncthreads();
  const int group = static_cast<int>(threadIdx.x) / 128;
  if (group == 2) {
    ptx::setmaxnreg_dec<40>();
    block.gather();
    return;
  }
  ptx::setmaxnreg_inc<232>();
  block.load_query();
  const int pairs = block.pairs();
  float out[128];
  float s[32];
  unsigned rope[4][4];
#pragma unroll
  for (float& x : out) x = 0;
#pragma unroll
  for (float& x : s) x = 0;
  ptx::cp_async_commit();
  ptx::cp_async_wait<0>();
  ptx::fence_proxy_async();
  ptx::mbarrier_arrive(Block<T>::together());
  wait(Block<T>::together(), 0);
  if (group == left) {
    Math<T, left> m{p, out, s, rope, {nothing_seen, nothing_seen}, {0, 0}};
    m.load_rope();
    run_left(m, pairs);
    m.finish();
  } else {
    Math<T, right> m{p, out, s, rope, {nothing_seen, nothing_seen}, {0, 0}};
    m.load_rope();
    run_right(m, pairs);
    m.finish();
  }
}

}  // namespace bp::sparse_prefill_wgmma
