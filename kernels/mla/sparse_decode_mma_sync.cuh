// Sparse MLA decode over an FP8 cache on mma.sync m16n8k16 bf16. Device code alone; how it is cut:
// sparse_decode_tiling.h.
#pragma once

#include "kernels/mla/sparse_combine.cuh"
#include "kernels/mla/sparse_fetch.cuh"
#include "probes/ptx/ldmatrix.cuh"
#include "probes/ptx/mma_sync.cuh"
#include "probes/ptx/named_barrier.cuh"
#include "probes/ptx/split_barrier.cuh"

// A named namespace: names of internal linkage hold a number made of the source's path.
namespace bp::mla::sparse_mma_sync {

extern __shared__ __align__(1024) unsigned char shared[];

/// All threads arrive once a tile: then a tile is full, and the one before it is done with. The
/// fetching warps fill one stage while the others compute on the other one. Who arrives may do
/// something else before it waits; before it arrives again it has to have waited. The first phase
/// says nothing, so that every fill has one to wait for.
template <class Tiling>
struct Meeting {
  unsigned long long state;

  BP_DEVICE static unsigned long long* barrier() {
    return reinterpret_cast<unsigned long long*>(shared + Tiling::barrier_at);
  }
  BP_DEVICE void arrive() { state = bp::ptx::split_barrier_arrive(barrier()); }
  BP_DEVICE void wait() const { bp::ptx::split_barrier_wait(barrier(), state); }
};

/// The computing warps among themselves.
template <class Tiling>
BP_DEVICE void wait_compute() {
  bp::ptx::named_barrier_sync<2, Tiling::compute_threads>();
}

BP_DEVICE float infinity() { return __int_as_float(0x7f800000); }

template <class Tiling>
BP_DEVICE int blocks_of_part(const SparseDecodeParams& p, int part) {
  int blocks = 0;
  for (int i = p.part_begin[part]; i < p.part_begin[part + 1]; ++i) {
    blocks += p.segments[i].end_page - p.segments[i].first_page;
  }
  return blocks;
}

/// What the fetching warps do. A block of 64 candidates is 4 passes of 16 tokens, and both stages.
/// In one turn: block n is converted, n + 1 is loaded, L2 is asked for n + 2, and the indices of
/// n + 3 are read. The compiler lets all loads of a loop share one counter, so that a wait for one
/// is a wait for all: there is one wait a turn, at its begin, and what it waits for comes from L2.
template <class Tiling>
BP_DEVICE void fetch(const SparseDecodeParams& p, int part, int thread) {
  using Kv = typename Tiling::Kv;
  constexpr int passes = candidate_block / pass_tokens;
  constexpr int stage_passes = Tiling::tokens / pass_tokens;
  int t = thread % token_threads;
  const int blocks = blocks_of_part<Tiling>(p, part);
  BlockCursor cursor(p, part, thread / token_threads);
  TokenShare<Kv> shares[passes];
  unsigned valid = 0;                 // bits: which of `shares` hold a token
  TokenPlace<Kv> places[passes];      // of the block after the one in `shares`
  std::int32_t indices[passes] = {};  // of the block after that
  bool in_extra = false;              // which pool they are of
  const auto read_indices = [&] {
    const BlockCursor::Block block = cursor.take();
    in_extra = block.in_extra;
    BP_UNROLL for (int pass = 0; pass < passes; ++pass) indices[pass] = load_index(block, pass);
    prefetch_indices(block, t);
  };
  const auto find = [&](const PoolFields& pool, int pass, std::int32_t slot) {
    places[pass] = place_of<Kv>(pool, slot);
    places[pass].prefetch(t);
  };
  Meeting<Tiling> meeting;
  meeting.arrive();
  read_indices();
  BP_UNROLL for (int turn = 0; turn < 2; ++turn) {
    const PoolFields pool = PoolFields::of(p.pool, p.extra, in_extra);
    BP_UNROLL for (int pass = 0; pass < passes; ++pass) {
      if (turn == 0)
        shares[pass].clear();
      else
        valid &= ~(1u << pass);
      valid |= (shares[pass].load(places[pass], t) ? 1u : 0u) << pass;
      find(pool, pass, arrived_index(indices[pass], pool));
    }
    read_indices();
  }
  BP_NO_UNROLL for (int n = 0; n < blocks; ++n) {
    // Numbers that the compiler knows nothing about: else it keeps the addresses of every pass.
    asm volatile("" : "+r"(t), "+r"(thread));
    const PoolFields pool = PoolFields::of(p.pool, p.extra, in_extra);
    std::int32_t slots[passes];
    BP_UNROLL for (int pass = 0; pass < passes; ++pass) {
      slots[pass] = arrived_index(indices[pass], pool);
    }
    BP_UNROLL for (int pass = 0; pass < passes; ++pass) {
      const int stage = pass / stage_passes;
      const int row = pass % stage_passes * pass_tokens + thread / token_threads;
      const bool is_valid = (valid >> pass & 1u) != 0;
      if (pass % stage_passes == 0) meeting.wait();
      shares[pass].store(shared + stage * Tiling::stage_bytes + row * Tiling::key_stride, t,
                         is_valid);
      if (t == 0) {
        reinterpret_cast<float*>(shared + Tiling::masks_at)[stage * Tiling::tokens + row] =
            is_valid ? 0.0f : -infinity();
      }
      if (pass % stage_passes == stage_passes - 1) meeting.arrive();
      valid &= ~(1u << pass);
      valid |= (shares[pass].load(places[pass], t) ? 1u : 0u) << pass;
      find(pool, pass, slots[pass]);
    }
    read_indices();
  }
}

/// One part's walk over one query, for one tile of heads: what the computing warps do.
template <class Tiling>
struct SparseTile {
  using Kv = typename Tiling::Kv;
  const SparseDecodeParams& p;
  const DecodeSegment segment;
  const int first_head;
  int thread;

  unsigned query[Tiling::slice_steps][4];                  // A fragments of this warp's slice
  float out[Tiling::row_blocks][Tiling::value_blocks][4];  // accumulators of this warp's columns
  float row_max;  // softmax state of the row this thread helps
  float row_sum;  // with; the sum is of its own tokens only

  BP_DEVICE int lane() const { return thread % 32; }
  BP_DEVICE int warp() const { return thread / 32; }
  BP_DEVICE int softmax_row() const { return thread / Tiling::threads_per_row; }
  BP_DEVICE float* factors() const { return reinterpret_cast<float*>(shared + Tiling::factors_at); }
  BP_DEVICE float* inverses() const {
    return reinterpret_cast<float*>(shared + Tiling::inverses_at);
  }
  BP_DEVICE float* scores(int slice, int row) const {
    return reinterpret_cast<float*>(shared + Tiling::scores_at) +
           (slice * Tiling::rows + row) * Tiling::score_stride;
  }

  BP_DEVICE void load_query() {
    const int row = row_block_of<Tiling>(warp()) * 16;
    const int first_run = slice_of<Tiling>(warp()) * Tiling::slice_steps * 2;
    BP_UNROLL for (int i = 0; i < 4; ++i) {
      const int head = first_head + row + a_row(lane(), i);
      const bool valid = head < p.h_q;
      const std::uint16_t* source =
          p.q +
          (static_cast<long long>(segment.request) * p.h_q + (valid ? head : 0)) * Kv::key_width;
      BP_UNROLL for (int step = 0; step < Tiling::slice_steps; ++step) {
        const int column = component_run<Kv>(first_run + step * 2 + i / 2) * 8 + lane() % 4 * 2;
        query[step][i] = valid ? *reinterpret_cast<const unsigned*>(source + column) : 0;
      }
    }
  }

  /// This warp's slice of Q K^T, as partial sums in shared memory.
  BP_DEVICE void score(int stage) {
    const int depth = slice_of<Tiling>(warp()) * Tiling::slice_steps * 16;
    const int token = first_token_of<Tiling>(warp());
    const unsigned char* keys =
        shared + stage * Tiling::stage_bytes + key_address<Tiling>(lane(), token, depth);
    float sums[Tiling::score_blocks][4] = {};
    BP_UNROLL for (int step = 0; step < Tiling::slice_steps; ++step) {
      BP_UNROLL for (int block = 0; block < Tiling::score_blocks; block += 2) {
        unsigned b[4];
        bp::ptx::ldmatrix_x4(b, keys + block * 8 * Tiling::key_stride + step * 32);
        bp::ptx::mma_bf16(sums[block], query[step], {b[0], b[1]});
        bp::ptx::mma_bf16(sums[block + 1], query[step], {b[2], b[3]});
      }
    }
    const int row = row_block_of<Tiling>(warp()) * 16;
    BP_UNROLL for (int block = 0; block < Tiling::score_blocks; ++block) {
      BP_UNROLL for (int i = 0; i < 4; i += 2) {
        float* target = scores(slice_of<Tiling>(warp()), row + c_row(lane(), i));
        *reinterpret_cast<Floats<2>*>(target + token + block * 8 +
                                      c_column(lane(), i)) = {{sums[block][i], sums[block][i + 1]}};
      }
    }
  }

  /// Adds the slices up, takes the tile into the running maximum and sum, leaves probabilities in
  /// shared memory.
  BP_DEVICE void softmax(int stage) {
    constexpr int count = Tiling::tokens_per_thread;
    const int row = softmax_row();
    const int column = thread % Tiling::threads_per_row * count;
    float s[count] = {};
    BP_UNROLL for (int slice = 0; slice < Tiling::slices; ++slice) {
      const auto part = *reinterpret_cast<const Floats<count>*>(scores(slice, row) + column);
      BP_UNROLL for (int i = 0; i < count; ++i) s[i] += part.v[i];
    }
    const auto mask = *reinterpret_cast<const Floats<count>*>(
        reinterpret_cast<const float*>(shared + Tiling::masks_at) + stage * Tiling::tokens +
        column);
    float highest = -infinity();
    BP_UNROLL for (int i = 0; i < count; ++i) {
      s[i] = s[i] * p.scale_log2 + mask.v[i];
      highest = fmaxf(highest, s[i]);
    }
    BP_UNROLL for (int other = 1; other < Tiling::threads_per_row; other *= 2) {
      highest = fmaxf(highest, __shfl_xor_sync(0xffffffff, highest, other));
    }
    const float new_max = fmaxf(row_max, highest);
    // While a row has seen no candidate its maximum is -inf, and -inf - -inf would be NaN.
    const float base = new_max == -infinity() ? 0.0f : new_max;
    const float factor = bp::ptx::exp2_approx(row_max - base);
    row_max = new_max;
    row_sum *= factor;
    BP_UNROLL for (int i = 0; i < count; ++i) {
      s[i] = bp::ptx::exp2_approx(s[i] - base);
      row_sum += s[i];
    }
    auto* target = reinterpret_cast<unsigned*>(shared + Tiling::probabilities_at +
                                               row * Tiling::probability_stride + column * 2);
    BP_UNROLL for (int i = 0; i < count; i += 2) {
      target[i / 2] = bp::ptx::pack_bf16(s[i], s[i + 1]);
    }
    if (thread % Tiling::threads_per_row == 0) factors()[row] = factor;
  }

  /// out = out * factor + P V for this warp's columns.
  BP_DEVICE void accumulate(int stage) {
    BP_UNROLL for (int block = 0; block < Tiling::row_blocks; ++block) {
      const float low = factors()[block * 16 + c_row(lane(), 0)];
      const float high = factors()[block * 16 + c_row(lane(), 2)];
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
        bp::ptx::ldmatrix_x4(a[block], shared + Tiling::probabilities_at +
                                           probability_address<Tiling>(lane(), block, token));
      }
      const unsigned char* values =
          shared + stage * Tiling::stage_bytes +
          value_address<Tiling>(lane(), token, warp() * Tiling::warp_columns);
      BP_UNROLL for (int column = 0; column < Tiling::value_blocks; column += 2) {
        unsigned b[4];
        bp::ptx::ldmatrix_x4_trans(b, values + column * 16);
        BP_UNROLL for (int block = 0; block < Tiling::row_blocks; ++block) {
          bp::ptx::mma_bf16(out[block][column], a[block], {b[0], b[1]});
          bp::ptx::mma_bf16(out[block][column + 1], a[block], {b[2], b[3]});
        }
      }
    }
  }

  /// LSE of this tile's rows, and what their sums are multiplied by, for everyone.
  BP_DEVICE void finish_rows() {
    BP_UNROLL for (int other = 1; other < Tiling::threads_per_row; other *= 2) {
      row_sum += __shfl_xor_sync(0xffffffff, row_sum, other);
    }
    if (thread % Tiling::threads_per_row != 0) return;
    const int row = softmax_row();
    const int head = first_head + row;
    // The largest term is 1, so a row that saw any candidate has a sum of at least 1.
    const bool empty = row_sum == 0;
    const float lse = row_max + log2f(row_sum);
    const bool whole = segment.partial < 0;
    const float share = whole && !empty && head < p.h_q ? sink_share(p, head, lse) : 1.0f;
    inverses()[row] = empty ? 0.0f : share / row_sum;
    if (head >= p.h_q) return;
    if (whole) {
      p.lse[static_cast<long long>(segment.request) * p.h_q + head] =
          empty ? infinity() : lse * ln2_f32;
    } else {
      p.partial_lse[static_cast<long long>(segment.partial) * p.h_q + head] =
          empty ? -infinity() : lse;
    }
  }

  BP_DEVICE void store_out() {
    const bool whole = segment.partial < 0;
    const long long slot = whole ? segment.request : segment.partial;
    BP_UNROLL for (int block = 0; block < Tiling::row_blocks; ++block) {
      BP_UNROLL for (int half = 0; half < 2; ++half) {
        const int row = block * 16 + c_row(lane(), half * 2);
        if (first_head + row >= p.h_q) continue;
        const float inverse = inverses()[row];
        const long long start = (slot * p.h_q + first_head + row) * sparse_value_width;
        BP_UNROLL for (int column = 0; column < Tiling::value_blocks; ++column) {
          const float first = out[block][column][half * 2] * inverse;
          const float second = out[block][column][half * 2 + 1] * inverse;
          const int run = component_run<Kv>(warp() * Tiling::warp_columns / 8 + column);
          const long long at = start + run * 8 + c_column(lane(), 0);
          if (whole) {
            *reinterpret_cast<unsigned*>(p.out + at) = bp::ptx::pack_bf16(first, second);
          } else {
            *reinterpret_cast<Floats<2>*>(p.partial_out + at) = {{first, second}};
          }
        }
      }
    }
  }

  BP_DEVICE void run() {
    row_max = -infinity();
    row_sum = 0;
    BP_UNROLL for (int block = 0; block < Tiling::row_blocks; ++block) {
      BP_UNROLL for (int column = 0; column < Tiling::value_blocks; ++column) {
        BP_UNROLL for (int i = 0; i < 4; ++i) out[block][column][i] = 0;
      }
    }
    // Until all warps are done with the segment before, its sums are in use.
    wait_compute<Tiling>();
    load_query();
    const int tiles = (segment.end_page - segment.first_page) * Tiling::tiles_per_block;
    BP_NO_UNROLL for (int tile = 0; tile < tiles; ++tile) {
      asm volatile("" : "+r"(thread));  // as in decode()
      const int stage = tile % Tiling::stages;
      Meeting<Tiling> meeting;
      meeting.arrive();
      meeting.wait();
      score(stage);
      wait_compute<Tiling>();
      softmax(stage);
      wait_compute<Tiling>();
      accumulate(stage);
    }
    finish_rows();
    wait_compute<Tiling>();
    store_out();
  }
};

/// Grid: x = tiles of heads, y = parts.
template <class Tiling>
BP_DEVICE void decode(const SparseDecodeParams& p) {
  const int part = static_cast<int>(blockIdx.y);
  int thread = static_cast<int>(threadIdx.x);
  if (thread == 0) bp::ptx::split_barrier_init(Meeting<Tiling>::barrier(), Tiling::threads);
  __syncthreads();
  if (thread >= Tiling::compute_threads) {
    fetch<Tiling>(p, part, thread - Tiling::compute_threads);
    return;
  }
  const int first_head = static_cast<int>(blockIdx.x) * Tiling::rows;
  Meeting<Tiling> first_phase;
  first_phase.arrive();
  first_phase.wait();
  for (int i = p.part_begin[part]; i < p.part_begin[part + 1]; ++i) {
    // An index that the compiler knows nothing about: else it keeps addresses of the beginning and
    // the end of a segment in registers all the way through, and spills.
    asm volatile("" : "+r"(thread));
    SparseTile<Tiling> tile{p, p.segments[i], first_head, thread, {}, {}, 0, 0};
    tile.run();
  }
}

}  // namespace bp::mla::sparse_mma_sync
