// The two consumers of sparse MLA decode on wgmma: one makes scores, probabilities and the left 256
// columns of O, the other the right 256.
#pragma once

#include "kernels/mla/sparse_combine.cuh"
#include "kernels/mla/sparse_wgmma_consumer.cuh"
#include "probes/ptx/async_proxy.cuh"
#include "probes/ptx/cp_async.cuh"
#include "probes/ptx/named_barrier.cuh"

namespace bp::mla::sparse_wgmma {

/// Scores, softmax, left half of O.
template <class C>
struct Leader : Consumer<C> {
  using Base = Consumer<C>;
  using Base::first_head;
  using Base::lane;
  using Base::memory;
  using Base::p;
  using Base::row;
  using Base::thread;

  float row_max[2];    // of scale_log2 * score
  float row_sum[2];    // of this thread's candidates
  unsigned published;  // how often P or factors have been

  /// Starts copying the query's heads; those that there are not become zeros.
  __device__ void start_query(int query) const {
    constexpr int width = C::Kv::key_width;
    const auto* source =
        p.q + (static_cast<long long>(query) * p.h_q + first_head) * width + thread % 8 * 8;
#pragma unroll 1
    for (int i = 0; i < 4; ++i) {
      const int head = thread / 8 + 16 * i;
      const bool valid = first_head + head < p.h_q;
      unsigned char* target =
          memory.base + C::at.query_at + head * 128 + ((thread % 8 ^ head % 8) << 4);
      const auto* row_of_query = valid ? source + static_cast<long long>(head) * width : p.q;
#pragma unroll
      for (int panel = 0; panel < C::panels; ++panel) {
        bp::ptx::cp_async_16(target + panel * Tiling::panel_bytes, row_of_query + panel * 64,
                             valid);
      }
    }
    bp::ptx::cp_async_commit();
  }

  __device__ static void group_sync() { bp::ptx::named_barrier_sync<leader_alone, 128>(); }

  __device__ static void await_query() {
    bp::ptx::cp_async_wait<0>();
    bp::ptx::fence_proxy_async();
    group_sync();
  }

  /// Until the other consumer has read what was published last.
  __device__ void await_room() { wait(memory.p_empty(), published++ % 2 ^ 1); }

  /// After the last scores of segment `i`: its query's room is free for the next one.
  __device__ void next_query(int i, int end) const {
    if (i + 1 >= end) return;
    group_sync();
    start_query(p.segments[i + 1].request);
  }

  /// Candidates that do not take part get -inf.
  __device__ void mask(float (&s)[32], unsigned buffer) const {
    // The lane that releases the tile reads them.
    unsigned low = 0;
    unsigned high = 0;
    if (lane() == 0) {
      const auto* words = reinterpret_cast<const unsigned*>(memory.visible(buffer));
      low = words[0];
      high = words[1];
    }
    low = __shfl_sync(0xffffffff, low, 0);
    high = __shfl_sync(0xffffffff, high, 0);
    if ((low & high) == 0xffffffff) return;
    const int shift = this->quad_column();
#pragma unroll
    for (int j = 0; j < 8; ++j) {
      const unsigned bits = (j < 4 ? low : high) >> shift;
#pragma unroll
      for (int c = 0; c < 2; ++c) {
        if ((bits >> (j % 4 * 8 + c) & 1) == 0) {
          s[4 * j + c] = -infinity();
          s[4 * j + 2 + c] = -infinity();
        }
      }
    }
  }

  /// Scores to probabilities; `factor`: what earlier sums have to be multiplied with.
  __device__ void softmax(float (&s)[32], float (&factor)[2]) {
#pragma unroll
    for (int i = 0; i < 2; ++i) {
      float highest = s[2 * i];
#pragma unroll
      for (int j = 0; j < 8; ++j) {
        highest = fmaxf(highest, fmaxf(s[4 * j + 2 * i], s[4 * j + 2 * i + 1]));
      }
      highest = fmaxf(highest, __shfl_xor_sync(0xffffffff, highest, 1));
      highest = fmaxf(highest, __shfl_xor_sync(0xffffffff, highest, 2));
      const float new_max = fmaxf(row_max[i], highest * p.scale_log2);
      // While a row has seen no candidate its maximum is -inf, and -inf - -inf would be NaN.
      const float base = new_max == -infinity() ? 0.0f : new_max;
      factor[i] = bp::ptx::exp2_approx(row_max[i] - base);
      if (row_max[i] == new_max) factor[i] = 1;
      row_max[i] = new_max;
      float sum = 0;
#pragma unroll
      for (int j = 0; j < 8; ++j) {
#pragma unroll
        for (int c = 0; c < 2; ++c) {
          float& x = s[4 * j + 2 * i + c];
          x = bp::ptx::exp2_approx(fmaf(x, p.scale_log2, -base));
          sum += x;
        }
      }
      row_sum[i] = row_sum[i] * factor[i] + sum;
    }
  }

  /// The probabilities in bf16, as A fragments, and in shared memory for the other consumer.
  __device__ void publish(const float (&s)[32], const float (&factor)[2],
                          unsigned (&fragments)[4][4]) const {
    unsigned char* panel = memory.base + C::at.probabilities_at + row(0) * 128;
    // Or the compiler keeps eight addresses in registers all the way through.
    int chunk = lane() / 4;
    asm volatile("" : "+r"(chunk));
#pragma unroll
    for (int j = 0; j < 8; ++j) {
#pragma unroll
      for (int i = 0; i < 2; ++i) {
        const unsigned two = bp::ptx::pack_bf16(s[4 * j + 2 * i], s[4 * j + 2 * i + 1]);
        fragments[j / 2][j % 2 * 2 + i] = two;
        *reinterpret_cast<unsigned*>(panel + i * 8 * 128 + ((j ^ chunk) << 4) +
                                     this->quad_column() * 2) = two;
      }
    }
    if (lane() % 4 == 0) {
      memory.factors()[row(0)] = factor[0];
      memory.factors()[row(1)] = factor[1];
    }
    bp::ptx::fence_proxy_async();
    bp::ptx::mbarrier_arrive(memory.p_full());
  }

  /// LSE, and what O has to be multiplied with at the end.
  __device__ void finish(const DecodeSegment& segment, float (&by)[2]) {
#pragma unroll
    for (int i = 0; i < 2; ++i) {
      float sum = row_sum[i];
      sum += __shfl_xor_sync(0xffffffff, sum, 1);
      sum += __shfl_xor_sync(0xffffffff, sum, 2);
      // The largest term is 1, so a row that saw a candidate has a sum of at least 1.
      const bool empty = sum == 0;
      by[i] = empty ? 0.0f : 1.0f / sum;
      const int head = first_head + row(i);
      if (head >= p.h_q) continue;
      const float lse = row_max[i] + log2f(sum);  // base 2
      if (segment.partial >= 0) {
        if (lane() % 4 == 0) {
          p.partial_lse[static_cast<long long>(segment.partial) * p.h_q + head] =
              empty ? -infinity() : lse;
        }
        continue;
      }
      if (lane() % 4 == 0) {
        p.lse[static_cast<long long>(segment.request) * p.h_q + head] =
            empty ? infinity() : lse * ln2_f32;
      }
      if (!empty) by[i] *= sink_share(p, head, lse);
    }
    if (lane() % 4 == 0) {
      memory.factors()[row(0)] = by[0];
      memory.factors()[row(1)] = by[1];
    }
    bp::ptx::mbarrier_arrive(memory.p_full());
  }

  /// s = Q K^T.
  __device__ static void score(float (&s)[32], std::uint64_t q, const unsigned char* keys) {
    const std::uint64_t k =
        bp::ptx::wgmma_k_major(bp::ptx::shared_address(keys), swizzle, Tiling::tokens, 0);
    q = opaque(q);
    bp::ptx::wgmma_fence();
#pragma unroll
    for (int step = 0; step < C::panels * 4; ++step) {
      const unsigned at = (step / 4 * Tiling::panel_bytes + step % 4 * 32) >> 4;
      bp::ptx::wgmma_bf16(s, q + at, k + at, step > 0);
    }
    bp::ptx::wgmma_commit();
  }

  /// Scores of a tile to its share of the sums; starts out = out * factor + P V.
  __device__ void take(float (&s)[32], float (&out)[2][64], unsigned (&fragments)[4][4],
                       unsigned buffer) {
    mask(s, buffer);
    float factor[2];
    softmax(s, factor);
    await_room();
    publish(s, factor, fragments);
    Base::scale(out, factor[0], factor[1]);
    const std::uint64_t v = opaque(Base::values(memory.keys(buffer), 0));
    bp::ptx::wgmma_fence();
#pragma unroll
    for (int step = 0; step < 4; ++step) {
      bp::ptx::wgmma_bf16<bp::ptx::mn_major>(out[0], fragments[step], v + step * 128, 1);
      bp::ptx::wgmma_bf16<bp::ptx::mn_major>(out[1], fragments[step], v + step * 128 + right, 1);
    }
    bp::ptx::wgmma_commit();
  }

  /// All tiles of a segment but the last, whose scores it leaves in `s`. P V of a tile and the
  /// scores of the next one are under way together: the tensor cores need not wait in between. (The
  /// last tile stands apart because ptxas serialises wgmma where a branch leaves a loop between the
  /// two.)
  __device__ void walk(float (&s)[32], float (&out)[2][64], unsigned (&fragments)[4][4],
                       std::uint64_t q, int tiles, Turn& turn) {
    wait(memory.full(turn.buffer()), turn.parity());
    score(s, q, memory.keys(turn.buffer()));
    bp::ptx::wgmma_wait<0>();
    bp::ptx::wgmma_touch(s);
#pragma unroll 1
    while (--tiles > 0) {
      const unsigned buffer = turn.buffer();
      take(s, out, fragments, buffer);
      turn.next();
      unsigned long long* full = memory.full(turn.buffer());
      const bool ready =
          __all_sync(0xffffffff, bp::ptx::mbarrier_test_wait_parity(full, turn.parity()));
      if (!ready) {
        bp::ptx::wgmma_wait<0>();
        release_tile(memory, buffer, lane());
        wait(full, turn.parity());
      }
      score(s, q, memory.keys(turn.buffer()));
      bp::ptx::wgmma_wait<1>();
      if (ready) release_tile(memory, buffer, lane());
      bp::ptx::wgmma_wait<0>();
      bp::ptx::wgmma_touch(s);
      bp::ptx::wgmma_touch(out[0]);
      bp::ptx::wgmma_touch(out[1]);
    }
  }

  __device__ void run(int part) {
    const std::uint64_t q = bp::ptx::wgmma_k_major(
        bp::ptx::shared_address(memory.base + C::at.query_at), swizzle, Tiling::heads, 0);
    Turn turn;
    int i = p.part_begin[part];
    const int end = p.part_begin[part + 1];
    if (i < end) start_query(p.segments[i].request);
#pragma unroll 1
    for (; i < end; ++i) {
      const DecodeSegment segment = p.segments[i];
      await_query();
      float out[2][64];
#pragma unroll
      for (int j = 0; j < 128; ++j) out[j / 64][j % 64] = 0;
      row_max[0] = row_max[1] = -infinity();
      row_sum[0] = row_sum[1] = 0;
      const int tiles = segment.end_page - segment.first_page;
      if (tiles > 0) {
        float s[32];
        unsigned fragments[4][4];
        walk(s, out, fragments, q, tiles, turn);
        next_query(i, end);
        take(s, out, fragments, turn.buffer());
        bp::ptx::wgmma_wait<0>();
        bp::ptx::wgmma_touch(out[0]);
        bp::ptx::wgmma_touch(out[1]);
        release_tile(memory, turn.buffer(), lane());
        turn.next();
      } else {
        next_query(i, end);
      }
      await_room();
      float by[2];
      finish(segment, by);
      this->store(segment, out, by, 0);
    }
  }
};

/// The right half of O.
template <class C>
struct Follower : Consumer<C> {
  using Base = Consumer<C>;
  using Base::lane;
  using Base::memory;
  using Base::p;
  using Base::row;

  __device__ void run(int part) {
    const std::uint64_t probabilities = bp::ptx::wgmma_k_major(
        bp::ptx::shared_address(memory.base + C::at.probabilities_at), swizzle, Tiling::heads, 0);
    Turn turn;
    unsigned published = 0;  // P or factors, how often
    const int end = p.part_begin[part + 1];
#pragma unroll 1
    for (int i = p.part_begin[part]; i < end; ++i) {
      const DecodeSegment segment = p.segments[i];
      float out[2][64];
#pragma unroll
      for (int j = 0; j < 128; ++j) out[j / 64][j % 64] = 0;
#pragma unroll 1
      for (int tile = segment.first_page; tile < segment.end_page; ++tile) {
        const unsigned buffer = turn.buffer();
        wait(memory.full(buffer), turn.parity());
        wait(memory.p_full(), published++ % 2);
        Base::scale(out, memory.factors()[row(0)], memory.factors()[row(1)]);
        const std::uint64_t v = Base::values(memory.keys(buffer), 1);
        const std::uint64_t a = opaque(probabilities);
        bp::ptx::wgmma_fence();
#pragma unroll
        for (int step = 0; step < 4; ++step) {
          bp::ptx::wgmma_bf16<bp::ptx::k_major, bp::ptx::mn_major>(out[0], a + step * 2,
                                                                   v + step * 128, 1);
          bp::ptx::wgmma_bf16<bp::ptx::k_major, bp::ptx::mn_major>(out[1], a + step * 2,
                                                                   v + step * 128 + right, 1);
        }
        bp::ptx::wgmma_commit();
        bp::ptx::wgmma_wait<0>();
        bp::ptx::wgmma_touch(out[0]);
        bp::ptx::wgmma_touch(out[1]);
        bp::ptx::mbarrier_arrive(memory.p_empty());
        release_tile(memory, buffer, lane());
        turn.next();
      }
      wait(memory.p_full(), published++ % 2);
      const float by[2] = {memory.factors()[row(0)], memory.factors()[row(1)]};
      bp::ptx::mbarrier_arrive(memory.p_empty());
      this->store(segment, out, by, 1);
    }
  }
};

}  // namespace bp::mla::sparse_wgmma
