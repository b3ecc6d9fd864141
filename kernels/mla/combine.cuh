// Joins the partial results of a cut request: weights 2^(lse_i - max), as FlashMLA's combine kernel
// does (csrc/smxx/decode/combine/combine.cu). Written against Machine, see decode_mma_sync.cuh.
#pragma once

#include "kernels/mla/decode_tiling.h"

namespace bp::mla {

/// 4 groups of 128 threads; a thread owns 4 columns, a group every fourth partial result. The order
/// of the sums is fixed, so the same input gives the same bits.
struct CombineTiling {
  static constexpr int groups = 4;
  static constexpr int columns = 4;
  static constexpr int batch = 4;  // partial results under way at a time
  static constexpr int group_threads = value_width / columns;
  static constexpr int threads = groups * group_threads;
  static constexpr int warps = threads / 32;
  static constexpr int sums_at = groups * value_width * 4;
  static constexpr int maxima_at = sums_at + groups * 4;
  static constexpr int shared_bytes = maxima_at + warps * 4;
};

/// Grid: x = query rows, y = requests. Blocks of uncut requests end at once.
template <class Machine>
BP_DEVICE void combine(Machine& m, const DecodeParams& p) {
  using Tiling = CombineTiling;
  const int request = m.block_y();
  const int query_rows = p.s_q * p.h_q;
  const int row = m.block_x();
  const int first = p.split_begin[request];
  const int end = p.split_begin[request + 1];
  if (first == end) return;
  const int group = m.thread() / Tiling::group_threads;
  const int column = m.thread() % Tiling::group_threads * Tiling::columns;

  // Each thread looks at some of the slots: one after the other their loads would take longer than
  // all the rest.
  float highest = -m.infinity();
  for (int slot = first + m.thread(); slot < end; slot += Tiling::threads) {
    const float lse = p.partial_lse[static_cast<long long>(slot) * query_rows + row];
    highest = lse > highest ? lse : highest;
  }
  BP_UNROLL for (int mask = 1; mask < 32; mask *= 2) {
    const float other = m.shuffle_xor(highest, mask);
    highest = other > highest ? other : highest;
  }
  auto* maxima = reinterpret_cast<float*>(m.shared() + Tiling::maxima_at);
  if (m.thread() % 32 == 0) maxima[m.thread() / 32] = highest;
  m.sync();
  BP_UNROLL for (int i = 0; i < Tiling::warps; ++i) highest =
      maxima[i] > highest ? maxima[i] : highest;
  const float base = highest == -m.infinity() ? 0.0f : highest;
  float weights = 0;
  float sums[Tiling::columns] = {};
  for (int slot = first + group; slot < end; slot += Tiling::groups * Tiling::batch) {
    // The loads of a batch are under way together; past the end the first one again, without
    // weight.
    Floats<Tiling::columns> part[Tiling::batch];
    float weight[Tiling::batch];
    BP_UNROLL for (int i = 0; i < Tiling::batch; ++i) {
      const int mine = slot + i * Tiling::groups;
      const long long at = static_cast<long long>(mine < end ? mine : slot) * query_rows + row;
      part[i] = *reinterpret_cast<const Floats<Tiling::columns>*>(p.partial_out + at * value_width +
                                                                  column);
      weight[i] = mine < end ? m.exp2(p.partial_lse[at] - base) : 0.0f;
    }
    BP_UNROLL for (int i = 0; i < Tiling::batch; ++i) {
      weights += weight[i];
      BP_UNROLL for (int c = 0; c < Tiling::columns; ++c) sums[c] += weight[i] * part[i].v[c];
    }
  }
  auto* shared_sums = reinterpret_cast<float*>(m.shared());
  auto* shared_weights = reinterpret_cast<float*>(m.shared() + Tiling::sums_at);
  BP_UNROLL for (int i = 0; i < Tiling::columns; ++i) {
    shared_sums[group * value_width + column + i] = sums[i];
  }
  if (column == 0) shared_weights[group] = weights;
  m.sync();
  if (group != 0) return;

  weights = 0;
  BP_UNROLL for (int i = 0; i < Tiling::groups; ++i) weights += shared_weights[i];
  const bool empty = weights == 0;
  const float inverse = empty ? 0.0f : 1.0f / weights;
  BP_UNROLL for (int i = 0; i < Tiling::columns; ++i) {
    sums[i] = 0;
    BP_UNROLL for (int g = 0; g < Tiling::groups; ++g) sums[i] +=
        shared_sums[g * value_width + column + i];
    sums[i] *= inverse;
  }
  auto* target = reinterpret_cast<unsigned*>(
      p.out + (static_cast<long long>(request) * query_rows + row) * value_width + column);
  target[0] = m.pack_bf16(sums[0], sums[1]);
  target[1] = m.pack_bf16(sums[2], sums[3]);
  if (column == 0) {
    constexpr float ln2 = 0.693147180559945309f;
    p.lse[(static_cast<long long>(request) * p.h_q + row % p.h_q) * p.s_q + row / p.h_q] =
        empty ? m.infinity() : (highest + m.log2(weights)) * ln2;
  }
}

}  // namespace bp::mla
