// The end of a query of sparse MLA decode, of every path: the sink's share, and the joining of the
// partial results of a cut query with weights 2^(lse_i - max), as FlashMLA's combine kernel does
// (csrc/smxx/decode/combine/combine.cu at 9241ae3).
#pragma once

#include "kernels/mla/sparse_decode_params.h"

#ifdef __CUDACC__
#include "probes/ptx/float_math.cuh"
#endif

namespace bp::mla {

/// A warp joins one row; a lane owns 16 of its 512 columns, four at a time.
inline constexpr int sparse_combine_rows = 4;
inline constexpr int sparse_combine_threads = sparse_combine_rows * 32;

#ifdef __CUDACC__

inline constexpr float ln2_f32 = 0.693147180559945309f;
inline constexpr float log2e_f32 = 1.44269504088896341f;

/// What O is multiplied by: 1 / (1 + e^(sink - lse)); `lse_log2` is finite.
BP_DEVICE float sink_share(const SparseDecodeParams& p, int head, float lse_log2) {
  if (p.sink == nullptr) return 1;
  return 1 / (1 + exp2f(p.sink[head] * log2e_f32 - lse_log2));
}

/// Grid: x = groups of heads, y = queries. Blocks of uncut queries end at once. The order of the
/// sums is fixed, so the same input gives the same bits.
BP_DEVICE void sparse_combine(const SparseDecodeParams& p) {
  const int query = static_cast<int>(blockIdx.y);
  const int first = p.split_begin[query];
  const int end = p.split_begin[query + 1];
  const int head =
      static_cast<int>(blockIdx.x) * sparse_combine_rows + static_cast<int>(threadIdx.x) / 32;
  if (first == end || head >= p.h_q) return;
  const int lane = static_cast<int>(threadIdx.x) % 32;
  const float infinity = __int_as_float(0x7f800000);

  float highest = -infinity;
  for (int slot = first; slot < end; ++slot) {
    highest = fmaxf(highest, p.partial_lse[static_cast<long long>(slot) * p.h_q + head]);
  }
  const float base = highest == -infinity ? 0.0f : highest;
  float weights = 0;
  float sums[4][4] = {};
  for (int slot = first; slot < end; ++slot) {
    const long long row = static_cast<long long>(slot) * p.h_q + head;
    const float weight = bp::ptx::exp2_approx(p.partial_lse[row] - base);
    weights += weight;
    BP_UNROLL for (int block = 0; block < 4; ++block) {
      const auto part = *reinterpret_cast<const Floats<4>*>(
          p.partial_out + row * sparse_value_width + block * 128 + lane * 4);
      BP_UNROLL for (int i = 0; i < 4; ++i) sums[block][i] += weight * part.v[i];
    }
  }
  const bool empty = weights == 0;
  const float lse = highest + log2f(weights);
  const float factor = empty ? 0.0f : sink_share(p, head, lse) / weights;
  const long long row = static_cast<long long>(query) * p.h_q + head;
  BP_UNROLL for (int block = 0; block < 4; ++block) {
    auto* target =
        reinterpret_cast<unsigned*>(p.out + row * sparse_value_width + block * 128 + lane * 4);
    target[0] = bp::ptx::pack_bf16(sums[block][0] * factor, sums[block][1] * factor);
    target[1] = bp::ptx::pack_bf16(sums[block][2] * factor, sums[block][3] * factor);
  }
  if (lane == 0) p.lse[row] = empty ? infinity : lse * ln2_f32;
}

#endif

}  // namespace bp::mla
