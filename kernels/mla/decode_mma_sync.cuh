// Dense MLA decode of up to 32 query rows on mma.sync m16n8k16 bf16 (64 rows:
// decode_mma_sync_wide.cuh): the whole kernel, written against a small set of machine operations
// (`Machine`), so that the same text runs on the GPU (decode_mma_sync.cu) and, thread by thread, on
// the host (tests/kernels/emulator.h).
//
// Machine: thread(), block_x(), block_y(), shared() (bytes, 16-byte aligned), sync(),
// shuffle_xor(float, mask);
//   copy16(shared offset, global address, valid): asynchronous, zeros where not valid; commit(),
//   wait<N>(); ldmatrix / ldmatrix_transposed(shared offset, unsigned (&)[4]); mma(float (&)[4],
//   unsigned (&)[4], b0, b1); exp2, log2, pack_bf16(low, high), infinity(); opaque(int): the same
//   value, unknown to the compiler.
#pragma once

#include "kernels/mla/decode_tiling.h"

namespace bp::mla {

/// One part's walk over one request, for one tile of query rows.
template <class Machine, class Tiling>
struct DecodeTile {
  Machine& m;
  const DecodeParams& p;
  const int segment_index;  // registers are short: what can be looked up again is
  int thread;

  // Per thread, over the whole walk.
  // A fragments of this warp's slice.
  unsigned query[Tiling::score_row_blocks][Tiling::slice_steps][4];
  float out[Tiling::row_blocks][Tiling::value_blocks][4];  // accumulators of this warp's columns
  float row_max;  // softmax state of the row this thread helps
  float row_sum;  // with; the sum is of its own tokens only
  int page;       // of this thread's token in the tile that is copied next

  BP_DEVICE int lane() const { return thread % 32; }
  BP_DEVICE int warp() const { return thread / 32; }
  BP_DEVICE const DecodeSegment& segment() const { return p.segments[segment_index]; }
  /// Of the request's s_q * h_q query rows.
  BP_DEVICE int first_row() const { return m.block_x() * Tiling::rows; }
  BP_DEVICE int query_rows() const { return p.s_q * p.h_q; }
  BP_DEVICE int softmax_row() const { return thread / Tiling::threads_per_row; }
  BP_DEVICE float* factors() const {
    return reinterpret_cast<float*>(m.shared() + Tiling::factors_at);
  }
  BP_DEVICE int* limits() const { return reinterpret_cast<int*>(m.shared() + Tiling::limits_at); }
  BP_DEVICE float* inverses() const {
    return reinterpret_cast<float*>(m.shared() + Tiling::inverses_at);
  }
  BP_DEVICE float* scores(int slice, int row, int column) const {
    return reinterpret_cast<float*>(m.shared() + Tiling::scores_at) +
           slice * Tiling::rows * Tiling::tokens + score_offset<Tiling>(row, column);
  }

  /// Keys that `row` of this tile sees: 0 for rows past the last query.
  BP_DEVICE int visible(int row, int seqlen) const {
    const int query_row = first_row() + row;
    if (query_row >= query_rows()) return 0;
    return visible_keys(query_row, seqlen, p.s_q, p.h_q, p.causal != 0);
  }

  BP_DEVICE void load_query() {
    const int depth = slice_of<Tiling>(warp()) * Tiling::slice_steps * 16;
    BP_UNROLL for (int block = 0; block < Tiling::score_row_blocks; ++block) {
      const int row = (row_block_of<Tiling>(warp()) + block) * 16;
      BP_UNROLL for (int i = 0; i < 4; ++i) {
        const int query_row = first_row() + row + a_row(lane(), i);
        const bool valid = query_row < query_rows();
        const auto* source = p.q + (static_cast<long long>(segment().request) * query_rows() +
                                    (valid ? query_row : 0)) *
                                       key_width;
        BP_UNROLL for (int step = 0; step < Tiling::slice_steps; ++step) {
          // Two bf16 at a time: rows start at multiples of 1152 bytes, columns are even.
          const auto* pair =
              reinterpret_cast<const unsigned*>(source + depth + step * 16 + a_column(lane(), i));
          query[block][step][i] = valid ? *pair : 0;
        }
      }
    }
  }

  /// Looks up where this thread's token of the tile at `token` is, long before it is copied: the
  /// copies of a tile wait for nothing then.
  BP_DEVICE void look_up(int token, int end) {
    const int mine = token + copy_token(thread);
    if (mine >= end) return;
    page =
        p.block_table[static_cast<long long>(segment().request) * p.max_pages + mine / page_tokens];
  }

  /// Starts copying the tile at `token`. Tokens from `end` on become zeros and nothing of them is
  /// read: the rest of a page may hold NaN, and 0 * NaN would spoil PV.
  BP_DEVICE void start_copy(int stage, int token, int end) {
    const int mine = token + copy_token(thread);
    const bool valid = mine < end;
    const auto* source = reinterpret_cast<const unsigned char*>(p.cache) + copy_byte(thread, 0);
    if (valid) {
      source += (static_cast<long long>(page) * page_tokens + mine % page_tokens) * (key_width * 2);
    }
    const int target = stage * Tiling::stage_bytes + copy_token(thread) * Tiling::key_stride +
                       copy_byte(thread, 0);
    BP_UNROLL for (int i = 0; i < copies_per_thread; ++i) {
      m.copy16(target + copy_byte(0, i), source + copy_byte(0, i), valid);
    }
  }

  /// This warp's slice of Q K^T, as partial sums in shared memory. 16 tokens at a time: their sums
  /// are alive beside Q and the whole output.
  BP_DEVICE void score(int stage) {
    const int depth = slice_of<Tiling>(warp()) * Tiling::slice_steps * 16;
    const int token = first_token_of<Tiling>(warp());
    const int keys = stage * Tiling::stage_bytes + key_address<Tiling>(lane(), token, depth);
    const int row = row_block_of<Tiling>(warp()) * 16;
    BP_UNROLL for (int pair = 0; pair < Tiling::score_blocks; pair += 2) {
      float sums[Tiling::score_row_blocks][2][4] = {};
      BP_UNROLL for (int step = 0; step < Tiling::slice_steps; ++step) {
        unsigned b[4];
        m.ldmatrix(keys + pair * 8 * Tiling::key_stride + step * 32, b);
        BP_UNROLL for (int block = 0; block < Tiling::score_row_blocks; ++block) {
          m.mma(sums[block][0], query[block][step], b[0], b[1]);
          m.mma(sums[block][1], query[block][step], b[2], b[3]);
        }
      }
      BP_UNROLL for (int block = 0; block < Tiling::score_row_blocks; ++block) {
        BP_UNROLL for (int half = 0; half < 2; ++half) {
          BP_UNROLL for (int i = 0; i < 4; i += 2) {
            float* target = scores(slice_of<Tiling>(warp()), row + block * 16 + c_row(lane(), i),
                                   token + (pair + half) * 8 + c_column(lane(), i));
            *reinterpret_cast<Floats<2>*>(target) = {
                {sums[block][half][i], sums[block][half][i + 1]}};
          }
        }
      }
    }
  }

  /// Adds the slices up, takes the tile into the running maximum and sum, leaves probabilities in
  /// shared memory.
  BP_DEVICE void softmax(int tile_token) {
    constexpr int width = Tiling::softmax_width;
    const int row = softmax_row();
    const int limit = limits()[row];
    float s[Tiling::tokens_per_thread] = {};
    BP_UNROLL for (int slice = 0; slice < Tiling::slices; ++slice) {
      BP_UNROLL for (int i = 0; i < Tiling::tokens_per_thread; i += width) {
        const auto part = *reinterpret_cast<const Floats<width>*>(
            scores(slice, row, softmax_column<Tiling>(thread, i)));
        BP_UNROLL for (int j = 0; j < width; ++j) s[i + j] += part.v[j];
      }
    }
    float highest = -m.infinity();
    BP_UNROLL for (int i = 0; i < Tiling::tokens_per_thread; ++i) {
      const int token = tile_token + softmax_column<Tiling>(thread, i);
      s[i] = token < limit ? s[i] * p.scale_log2 : -m.infinity();
      highest = s[i] > highest ? s[i] : highest;
    }
    BP_UNROLL for (int mask = 1; mask < Tiling::threads_per_row; mask *= 2) {
      const float other = m.shuffle_xor(highest, mask);
      highest = other > highest ? other : highest;
    }
    const float new_max = row_max > highest ? row_max : highest;
    // While a row has seen no key its maximum is -inf, and -inf - -inf would be NaN.
    const float base = new_max == -m.infinity() ? 0.0f : new_max;
    const float factor = m.exp2(row_max - base);
    row_max = new_max;
    row_sum *= factor;
    BP_UNROLL for (int i = 0; i < Tiling::tokens_per_thread; ++i) {
      s[i] = m.exp2(s[i] - base);
      row_sum += s[i];
    }
    auto* target = reinterpret_cast<unsigned*>(m.shared() + Tiling::probabilities_at +
                                               row * Tiling::probability_stride);
    BP_UNROLL for (int i = 0; i < Tiling::tokens_per_thread; i += 2) {
      target[softmax_column<Tiling>(thread, i) / 2] = m.pack_bf16(s[i], s[i + 1]);
    }
    if (thread % Tiling::threads_per_row == 0) factors()[row] = factor;
  }

  /// out = out * factor + P V for this warp's columns.
  BP_DEVICE void accumulate(int stage) {
    BP_UNROLL for (int block = 0; block < Tiling::row_blocks; ++block) {
      const float low = factors()[block * 16 + c_row(lane(), 0)];
      const float high = factors()[block * 16 + c_row(lane(), 2)];
      if (low == 1 && high == 1) continue;
      BP_UNROLL for (int column = 0; column < Tiling::value_blocks; ++column) {
        out[block][column][0] *= low;
        out[block][column][1] *= low;
        out[block][column][2] *= high;
        out[block][column][3] *= high;
      }
    }
    BP_UNROLL for (int token = 0; token < Tiling::tokens; token += 16) {
      unsigned a[Tiling::row_blocks][4];
      BP_UNROLL for (int block = 0; block < Tiling::row_blocks; ++block) {
        m.ldmatrix(Tiling::probabilities_at + probability_address<Tiling>(lane(), block, token),
                   a[block]);
      }
      const int values = stage * Tiling::stage_bytes +
                         value_address<Tiling>(lane(), token, warp() * Tiling::warp_columns);
      BP_UNROLL for (int column = 0; column < Tiling::value_blocks; column += 2) {
        unsigned b[4];
        m.ldmatrix_transposed(values + column * 16, b);
        BP_UNROLL for (int block = 0; block < Tiling::row_blocks; ++block) {
          m.mma(out[block][column], a[block], b[0], b[1]);
          m.mma(out[block][column + 1], a[block], b[2], b[3]);
        }
      }
    }
  }

  /// LSE of this tile's rows, and 1 / sum for everyone.
  BP_DEVICE void finish_rows() {
    BP_UNROLL for (int mask = 1; mask < Tiling::threads_per_row; mask *= 2) {
      row_sum += m.shuffle_xor(row_sum, mask);
    }
    if (thread % Tiling::threads_per_row != 0) return;
    const int row = softmax_row();
    const int query_row = first_row() + row;
    // The largest term is 1, so a row that saw any key has a sum of at least 1.
    const bool empty = row_sum == 0;
    inverses()[row] = empty ? 0.0f : 1.0f / row_sum;
    if (query_row >= query_rows()) return;
    const float lse = row_max + m.log2(row_sum);
    if (segment().partial >= 0) {
      p.partial_lse[static_cast<long long>(segment().partial) * query_rows() + query_row] =
          empty ? -m.infinity() : lse;
    } else {
      constexpr float ln2 = 0.693147180559945309f;
      const int token = query_row / p.h_q;
      const int head = query_row % p.h_q;
      p.lse[(static_cast<long long>(segment().request) * p.h_q + head) * p.s_q + token] =
          empty ? m.infinity() : lse * ln2;
    }
  }

  BP_DEVICE void store_out() {
    const long long slot = segment().partial >= 0 ? segment().partial : segment().request;
    BP_UNROLL for (int block = 0; block < Tiling::row_blocks; ++block) {
      BP_UNROLL for (int half = 0; half < 2; ++half) {
        const int row = block * 16 + c_row(lane(), half * 2);
        if (first_row() + row >= query_rows()) continue;
        const float inverse = inverses()[row];
        const long long start = (slot * query_rows() + first_row() + row) * value_width;
        BP_UNROLL for (int column = 0; column < Tiling::value_blocks; ++column) {
          const float first = out[block][column][half * 2] * inverse;
          const float second = out[block][column][half * 2 + 1] * inverse;
          const long long at =
              start + warp() * Tiling::warp_columns + column * 8 + c_column(lane(), 0);
          if (segment().partial >= 0) {
            *reinterpret_cast<Floats<2>*>(p.partial_out + at) = {{first, second}};
          } else {
            *reinterpret_cast<unsigned*>(p.out + at) = m.pack_bf16(first, second);
          }
        }
      }
    }
  }

  /// Where the tile at `token` lies.
  BP_DEVICE static constexpr int stage_of(int token) {
    return token / Tiling::tokens % Tiling::stages;
  }

  /// Starts the copy of a tile, if there is such a tile, and closes the group in any case: groups
  /// are counted.
  BP_DEVICE void copy_ahead(int token, int end) {
    if (token < end) start_copy(stage_of(token), token, end);
    m.commit();
    look_up(token + Tiling::tokens, end);
  }

  BP_DEVICE void walk(int begin, int end) {
    BP_NO_UNROLL for (int token = begin; token < end; token += Tiling::tokens) {
      m.template wait<Tiling::stages - 2>();
      m.sync();  // every thread's copies are in, and every warp is done with the tile before
      copy_ahead(token + (Tiling::stages - 1) * Tiling::tokens, end);
      score(stage_of(token));
      m.sync();
      softmax(token);
      m.sync();
      accumulate(stage_of(token));
    }
  }

  BP_DEVICE void run() {
    const int seqlen = p.seqlens[segment().request];
    const int last = query_rows() - 1 - first_row();
    // The last row of the tile sees the most keys.
    const int tile_limit = visible(last < Tiling::rows - 1 ? last : Tiling::rows - 1, seqlen);
    const int begin = segment().first_page * page_tokens;
    const int cut = segment().end_page * page_tokens;
    const int end = tile_limit < cut ? tile_limit : cut;
    row_max = -m.infinity();
    row_sum = 0;
    BP_UNROLL for (int block = 0; block < Tiling::row_blocks; ++block) {
      BP_UNROLL for (int column = 0; column < Tiling::value_blocks; ++column) {
        BP_UNROLL for (int i = 0; i < 4; ++i) out[block][column][i] = 0;
      }
    }
    // Until all warps are done with the segment before, its tiles and sums are in use.
    m.sync();
    if (thread % Tiling::threads_per_row == 0) {
      limits()[softmax_row()] = visible(softmax_row(), seqlen);
    }
    look_up(begin, end);
    BP_UNROLL for (int stage = 0; stage < Tiling::stages - 1; ++stage) {
      copy_ahead(begin + stage * Tiling::tokens, end);
    }
    load_query();
    walk(begin, end);
    finish_rows();
    m.sync();
    store_out();
  }
};

/// Grid: x = tiles of query rows, y = parts.
template <class Machine, class Tiling>
BP_DEVICE void decode(Machine& m, const DecodeParams& p) {
  const int part = m.block_y();
  for (int i = p.part_begin[part]; i < p.part_begin[part + 1]; ++i) {
    // An index that the compiler knows nothing about: else it keeps addresses of the beginning and
    // the end of a segment in registers all the way through, and spills.
    const int thread = m.opaque(m.thread());
    DecodeTile<Machine, Tiling> tile{m, p, i, thread, {}, {}, 0, 0, 0};
    tile.run();
  }
}

}  // namespace bp::mla
