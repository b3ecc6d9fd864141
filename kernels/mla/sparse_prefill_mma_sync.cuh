// Sparse MLA prefill on mma.sync m16n8k16 bf16: one block, one query token and some of its heads.
#pragma once

#include "kernels/gpu_machine.cuh"
#include "kernels/mla/sparse_prefill_tiling.h"

namespace bp::sparse_prefill_mma_sync {

template <class T>
struct Tile {
  on_gpu::Machine& m;
  const mla::SparsePrefillParams& p;
  const int token;
  const int first_head;
  const int count;  // entries of the list that count
  const int thread;

  unsigned query[T::row_blocks][T::slice_steps][4];  // A fragments of this warp's slice
  float out[T::row_blocks][T::value_blocks][4];      // accumulators of this warp's columns
  float row_max;                                     // softmax state of the row this thread helps
  float row_sum;                                     // with; the sum is of its own keys only

  __device__ int lane() const { return thread % 32; }
  __device__ int warp() const { return thread / 32; }
  __device__ int softmax_row() const { return thread / T::threads_per_row; }
  __device__ float* factors() const { return reinterpret_cast<float*>(m.shared() + T::factors_at); }
  __device__ float* inverses() const {
    return reinterpret_cast<float*>(m.shared() + T::inverses_at);
  }
  __device__ float* scores(int slice, int row) const {
    return reinterpret_cast<float*>(m.shared() + T::scores_at) +
           (slice * T::rows + row) * T::score_stride;
  }
  /// Whether each key of the stage is named by its entry.
  __device__ unsigned char* named(int stage) const {
    return m.shared() + T::named_at + stage * T::tokens;
  }

  __device__ void load_query() {
    const int depth = T::slice_of(warp()) * T::slice_steps * 16;
    BP_UNROLL for (int i = 0; i < 4 * T::row_blocks; ++i) {
      const int head = first_head + i / 4 * 16 + T::a_row(lane(), i % 4);
      const bool valid = head < p.h_q;
      const auto* source =
          p.q + (static_cast<long long>(token) * p.h_q + (valid ? head : 0)) * T::width;
      BP_UNROLL for (int step = 0; step < T::slice_steps; ++step) {
        // Two bf16 at a time: rows start at multiples of 1024 bytes at least, columns are even.
        const auto* pair = reinterpret_cast<const unsigned*>(source + depth + step * 16 +
                                                             T::a_column(lane(), i % 4));
        query[i / 4][step][i % 4] = valid ? *pair : 0;
      }
    }
  }

  /// The keys that this thread helps to copy of the tile at `first`; -1: none.
  __device__ void load_entries(int first, int (&keys)[T::rows_per_thread]) const {
    BP_UNROLL for (int i = 0; i < T::rows_per_thread; ++i) {
      const int mine = first + i * T::rows_per_copy + thread / 8;
      keys[i] = mine < count ? p.indices[static_cast<long long>(token) * p.topk + mine] : -1;
    }
  }

  /// Starts copying a tile: eight threads copy one row. Entries that name no key become zeros: what
  /// lies elsewhere may be NaN, and 0 * NaN would spoil PV.
  __device__ void start_copy(int stage, const int (&keys)[T::rows_per_thread]) const {
    const int at = thread % 8 * 16;
    BP_UNROLL for (int i = 0; i < T::rows_per_thread; ++i) {
      const bool valid = keys[i] >= 0 && keys[i] < p.s_kv;
      const int row = i * T::rows_per_copy + thread / 8;
      const auto* source = reinterpret_cast<const unsigned char*>(
                               p.kv + static_cast<long long>(valid ? keys[i] : 0) * T::width) +
                           at;
      const int target = stage * T::stage_bytes + row * T::key_stride + at;
      BP_UNROLL for (int c = 0; c < T::copies_per_row; ++c) {
        m.copy16(target + c * 128, source + c * 128, valid);
      }
      if (thread % 8 == 0) named(stage)[row] = valid ? 1 : 0;
    }
  }

  /// This warp's slice of Q K^T, as partial sums in shared memory.
  __device__ void score(int stage) const {
    const int depth = T::slice_of(warp()) * T::slice_steps * 16;
    const int first = T::first_token_of(warp());
    const int keys = stage * T::stage_bytes + T::key_address(lane(), first, depth);
    float sums[T::row_blocks][T::score_blocks][4] = {};
    BP_UNROLL for (int step = 0; step < T::slice_steps; ++step) {
      BP_UNROLL for (int block = 0; block < T::score_blocks; block += 2) {
        unsigned b[4];
        m.ldmatrix(keys + block * 8 * T::key_stride + step * 32, b);
        BP_UNROLL for (int rows = 0; rows < T::row_blocks; ++rows) {
          m.mma(sums[rows][block], query[rows][step], b[0], b[1]);
          m.mma(sums[rows][block + 1], query[rows][step], b[2], b[3]);
        }
      }
    }
    BP_UNROLL for (int rows = 0; rows < T::row_blocks; ++rows) {
      BP_UNROLL for (int block = 0; block < T::score_blocks; ++block) {
        BP_UNROLL for (int i = 0; i < 4; i += 2) {
          float* target = scores(T::slice_of(warp()), rows * 16 + T::c_row(lane(), i));
          *reinterpret_cast<Floats<2>*>(target + first + block * 8 + T::c_column(lane(), i)) = {
              {sums[rows][block][i], sums[rows][block][i + 1]}};
        }
      }
    }
  }

  /// Adds the slices up, takes the tile into the running maximum and sum, leaves probabilities in
  /// shared memory.
  __device__ void softmax(int stage) {
    const int row = softmax_row();
    const int column = thread % T::threads_per_row * T::tokens_per_thread;
    float s[T::tokens_per_thread] = {};
    BP_UNROLL for (int slice = 0; slice < T::slices; ++slice) {
      const auto part =
          *reinterpret_cast<const Floats<T::tokens_per_thread>*>(scores(slice, row) + column);
      BP_UNROLL for (int i = 0; i < T::tokens_per_thread; ++i) s[i] += part.v[i];
    }
    float highest = -m.infinity();
    BP_UNROLL for (int i = 0; i < T::tokens_per_thread; ++i) {
      s[i] = named(stage)[column + i] != 0 ? s[i] * p.scale_log2 : -m.infinity();
      highest = s[i] > highest ? s[i] : highest;
    }
    BP_UNROLL for (int mask = 1; mask < T::threads_per_row; mask *= 2) {
      const float other = m.shuffle_xor(highest, mask);
      highest = other > highest ? other : highest;
    }
    const float new_max = row_max > highest ? row_max : highest;
    // While a row has seen no key its maximum is -inf, and -inf - -inf would be NaN.
    const float base = new_max == -m.infinity() ? 0.0f : new_max;
    const float factor = m.exp2(row_max - base);
    row_max = new_max;
    row_sum *= factor;
    BP_UNROLL for (int i = 0; i < T::tokens_per_thread; ++i) {
      s[i] = m.exp2(s[i] - base);
      row_sum += s[i];
    }
    auto* target = reinterpret_cast<unsigned*>(m.shared() + T::probabilities_at +
                                               row * T::probability_stride + column * 2);
    BP_UNROLL for (int i = 0; i < T::tokens_per_thread; i += 2) {
      target[i / 2] = m.pack_bf16(s[i], s[i + 1]);
    }
    if (thread % T::threads_per_row == 0) factors()[row] = factor;
  }

  /// out = out * factor + P V for this warp's columns.
  __device__ void accumulate(int stage) {
    BP_UNROLL for (int block = 0; block < T::row_blocks; ++block) {
      const float low = factors()[block * 16 + T::c_row(lane(), 0)];
      const float high = factors()[block * 16 + T::c_row(lane(), 2)];
      BP_UNROLL for (int column = 0; column < T::value_blocks; ++column) {
        out[block][column][0] *= low;
        out[block][column][1] *= low;
        out[block][column][2] *= high;
        out[block][column][3] *= high;
      }
    }
    BP_UNROLL for (int first = 0; first < T::tokens; first += 16) {
      unsigned a[T::row_blocks][4];
      BP_UNROLL for (int block = 0; block < T::row_blocks; ++block) {
        m.ldmatrix(T::probabilities_at + T::probability_address(lane(), block, first), a[block]);
      }
      const int values =
          stage * T::stage_bytes + T::value_address(lane(), first, warp() * T::warp_columns);
      BP_UNROLL for (int column = 0; column < T::value_blocks; column += 2) {
        unsigned b[4];
        m.ldmatrix_transposed(values + column * 16, b);
        BP_UNROLL for (int block = 0; block < T::row_blocks; ++block) {
          m.mma(out[block][column], a[block], b[0], b[1]);
          m.mma(out[block][column + 1], a[block], b[2], b[3]);
        }
      }
    }
  }

  /// Statistics of this block's rows, and the factor of their outputs for everyone.
  __device__ void finish_rows() {
    BP_UNROLL for (int mask = 1; mask < T::threads_per_row; mask *= 2) {
      row_sum += m.shuffle_xor(row_sum, mask);
    }
    if (thread % T::threads_per_row != 0) return;
    const int row = softmax_row();
    const int head = first_head + row;
    // The largest term is 1, so a row that saw any key has a sum of at least 1.
    const bool empty = row_sum == 0;
    float weights = row_sum;
    if (p.sink != nullptr && head < p.h_q && !empty) {
      constexpr float log2_e = 1.44269504088896341f;
      weights += m.exp2(p.sink[head] * log2_e - row_max);
    }
    inverses()[row] = empty ? 0.0f : 1.0f / weights;
    if (head >= p.h_q) return;
    constexpr float ln2 = 0.693147180559945309f;
    const long long at = static_cast<long long>(token) * p.h_q + head;
    p.max_logits[at] = row_max * ln2;
    p.lse[at] = empty ? m.infinity() : (row_max + m.log2(row_sum)) * ln2;
  }

  __device__ void store_out() const {
    BP_UNROLL for (int block = 0; block < T::row_blocks; ++block) {
      BP_UNROLL for (int half = 0; half < 2; ++half) {
        const int row = block * 16 + T::c_row(lane(), half * 2);
        if (first_head + row >= p.h_q) continue;
        const float inverse = inverses()[row];
        auto* target = reinterpret_cast<unsigned*>(
            p.out +
            (static_cast<long long>(token) * p.h_q + first_head + row) * mla::sparse_value_width +
            warp() * T::warp_columns + T::c_column(lane(), 0));
        BP_UNROLL for (int column = 0; column < T::value_blocks; ++column) {
          target[column * 4] = m.pack_bf16(out[block][column][half * 2] * inverse,
                                           out[block][column][half * 2 + 1] * inverse);
        }
      }
    }
  }

  __device__ void run() {
    const int tiles = (count + T::tokens - 1) / T::tokens;
    row_max = -m.infinity();
    row_sum = 0;
    BP_UNROLL for (int block = 0; block < T::row_blocks; ++block) {
      BP_UNROLL for (int column = 0; column < T::value_blocks; ++column) {
        BP_UNROLL for (int i = 0; i < 4; ++i) out[block][column][i] = 0;
      }
    }
    int keys[T::rows_per_thread];
    BP_UNROLL for (int stage = 0; stage < T::stages - 1; ++stage) {
      load_entries(stage * T::tokens, keys);
      if (stage < tiles) start_copy(stage, keys);
      m.commit();
    }
    // Of the tile that is copied next: loaded one tile ahead, so that no copy waits for it.
    load_entries((T::stages - 1) * T::tokens, keys);
    load_query();
    BP_NO_UNROLL for (int tile = 0; tile < tiles; ++tile) {
      m.template wait<T::stages - 2>();
      m.sync();  // every thread's copies are in, and every warp is done with the tile before
      const int next = tile + T::stages - 1;
      if (next < tiles) start_copy(next % T::stages, keys);
      m.commit();
      load_entries((next + 1) * T::tokens, keys);
      const int stage = tile % T::stages;
      score(stage);
      m.sync();
      softmax(stage);
      m.sync();
      accumulate(stage);
    }
    finish_rows();
    m.sync();
    store_out();
  }
};

/// Grid: x = query token x blocks of heads, blocks of one token side by side: they gather the same
/// rows.
template <class T>
__device__ __forceinline__ void sparse_prefill(const mla::SparsePrefillParams& p) {
  on_gpu::Machine m;
  const int head_blocks = (p.h_q + T::rows - 1) / T::rows;
  const int token = m.block_x() / head_blocks;
  const int length = p.topk_length == nullptr ? p.topk : p.topk_length[token];
  Tile<T> tile{m,
               p,
               token,
               m.block_x() % head_blocks * T::rows,
               length < p.topk ? length : p.topk,
               m.thread(),
               {},
               {},
               0,
               0};
  tile.run();
}

}  // namespace bp::sparse_prefill_mma_sync
