// The scores warpgroup of dense MLA decode on wgmma: S = Q K^T, softmax, P to shared memory.
#pragma once

#include "kernels/mla/decode_wgmma.cuh"

namespace bp::mla_wgmma {

__device__ inline float infinity() { return __int_as_float(0x7f800000); }

struct Scores {
  static constexpr int steps = 4;  // of 16 components in a box
  static constexpr int register_steps = Tiling::register_boxes * steps;

  const Block& block;
  Turn turn{};
  unsigned sums_parity = 1;  // of what was never used: passes at once
  unsigned query[register_steps][4];
  float s[32];
  unsigned probabilities[2][8];
  float highest[2];  // of this thread's two rows, times the scale
  float sum[2];      // of this thread's keys

  __device__ WgmmaDecodeShared& shared() const { return block.shared; }
  __device__ void sync() const {
    bp::ptx::named_barrier_sync<scores_barrier, Tiling::group_threads>();
  }

  /// Keys that a row of this tile sees. Rows past the last query, which nobody stores, see what
  /// the last row sees.
  __device__ int visible(int row, const Piece& piece) const {
    const int query_row = block.first_row + row;
    if (query_row >= block.query_rows()) return piece.limit;
    const auto& p = block.p;
    return bp::mla::visible_keys(query_row, piece.seqlen, p.s_q, p.h_q, p.causal != 0);
  }

  /// Rows past the last query become zeros.
  __device__ void load_query(int request_index) {
    const int thread = group_thread();
    const std::uint16_t* request =
        block.p.q + static_cast<long long>(request_index) * block.query_rows() * bp::mla::key_width;
#pragma unroll
    for (int i = 0; i < 2; ++i) {
      const int query_row = block.first_row + row_of(thread) + 8 * i;
      const bool valid = query_row < block.query_rows();
      // Two bf16 at a time: rows start at multiples of 1152 bytes, columns are even.
      const auto* source = reinterpret_cast<const unsigned*>(
          request + (valid ? query_row : 0) * bp::mla::key_width + thread % 4 * 2);
#pragma unroll
      for (int step = 0; step < register_steps; ++step) {
        query[step][i] = valid ? source[step * 8] : 0;
        query[step][i + 2] = valid ? source[step * 8 + 4] : 0;
      }
    }
    constexpr int chunks = Tiling::query_boxes * 8;  // of 16 bytes in a row
#pragma unroll 4
    for (int i = thread; i < Tiling::rows * chunks; i += Tiling::group_threads) {
      const int line = i / chunks;
      const int chunk = i % chunks;
      const int query_row = block.first_row + line;
      uint4 value{0, 0, 0, 0};
      if (query_row < block.query_rows()) {
        value =
            *reinterpret_cast<const uint4*>(request + query_row * bp::mla::key_width +
                                            Tiling::register_boxes * Tiling::box_width + chunk * 8);
      }
      *reinterpret_cast<uint4*>(shared().query[chunk / 8] +
                                bp::ptx::swizzled_128b(static_cast<unsigned>(line),
                                                       static_cast<unsigned>(chunk % 8 * 16))) =
          value;
    }
    bp::ptx::fence_proxy_async();
    sync();
  }

  __device__ void multiply() {
    constexpr auto swizzle = bp::ptx::WgmmaSwizzle::b128;
    const std::uint64_t keys =
        bp::ptx::wgmma_k_major(address(shared().values[turn.stage][0]), swizzle, page_tokens, 0);
    const std::uint64_t rope_keys =
        bp::ptx::wgmma_k_major(address(shared().rope), swizzle, page_tokens, 0);
    const std::uint64_t query_boxes =
        bp::ptx::wgmma_k_major(address(shared().query[0]), swizzle, Tiling::rows, 0);
#pragma unroll
    for (int box = 0; box < Tiling::boxes; ++box) {
      if (box == Tiling::rope_box) {
        wait(shared().rope_full, turn.tile_parity);
        bp::ptx::wgmma_fence();
      } else if (box % Tiling::half_boxes == 0) {
        wait(shared().full[turn.stage][box / Tiling::half_boxes], turn.parity);
        bp::ptx::wgmma_fence();
      }
#pragma unroll
      for (int step = 0; step < steps; ++step) {
        const std::uint64_t b =
            box == Tiling::rope_box
                ? rope_keys + bp::ptx::descriptor_encode(step * 32)
                : keys + bp::ptx::descriptor_encode(box * Tiling::box_bytes + step * 32);
        if (box < Tiling::register_boxes) {
          bp::ptx::wgmma_bf16(s, query[box * steps + step], b, box + step > 0);
        } else {
          const int at = (box - Tiling::register_boxes) * Tiling::box_bytes + step * 32;
          bp::ptx::wgmma_bf16(s, query_boxes + bp::ptx::descriptor_encode(at), b, box + step > 0);
        }
      }
    }
    bp::ptx::wgmma_commit();
  }

  /// Takes the tile into maxima and sums; s becomes probabilities, two in a register.
  __device__ void softmax(int token, const Piece& piece) {
    const int thread = group_thread();
    // The first row sees the fewest keys.
    if (token + page_tokens > visible(0, piece)) {
#pragma unroll
      for (int i = 0; i < 2; ++i) {
        const int limit = visible(row_of(thread) + 8 * i, piece) - token - thread % 4 * 2;
#pragma unroll
        for (int j = 0; j < 16; ++j) {
          if (j / 2 * 8 + j % 2 >= limit) s[j / 2 * 4 + 2 * i + j % 2] = -infinity();
        }
      }
    }
#pragma unroll
    for (int i = 0; i < 2; ++i) {
      float most = s[2 * i];
#pragma unroll
      for (int j = 0; j < 8; ++j) most = fmaxf(most, fmaxf(s[4 * j + 2 * i], s[4 * j + 2 * i + 1]));
      most = fmaxf(most, __shfl_xor_sync(0xffffffff, most, 1));
      most = fmaxf(most, __shfl_xor_sync(0xffffffff, most, 2));
      most = fmaxf(highest[i], most * block.p.scale_log2);
      // While a row has seen no key its maximum is -inf, and -inf - -inf would be NaN.
      const float base = most == -infinity() ? 0.0f : most;
      const float factor = bp::ptx::exp2_approx(highest[i] - base);
      highest[i] = most;
      float total[2] = {0, 0};
#pragma unroll
      for (int j = 0; j < 8; ++j) {
#pragma unroll
        for (int c = 0; c < 2; ++c) {
          float& score = s[4 * j + 2 * i + c];
          score = bp::ptx::exp2_approx(fmaf(score, block.p.scale_log2, -base));
          total[c] += score;
        }
        probabilities[i][j] = bp::ptx::pack_bf16(s[4 * j + 2 * i], s[4 * j + 2 * i + 1]);
      }
      sum[i] = sum[i] * factor + (total[0] + total[1]);
      if (thread % 4 == 0) shared().factors[turn.stage][row_of(thread) + 8 * i] = factor;
    }
  }

  /// P to shared memory, once nobody reads the one before any more. `parity`: of its tile.
  __device__ void store_probabilities(unsigned parity) {
    wait(shared().probabilities_free, parity ^ 1);
    const int thread = group_thread();
    std::uint8_t* target = shared().probabilities + row_of(thread) * 128 + thread % 4 * 4;
#pragma unroll
    for (int i = 0; i < 2; ++i) {
#pragma unroll
      for (int j = 0; j < 8; ++j) {
        // The row's last three bits decide the swizzle.
        *reinterpret_cast<unsigned*>(target + 8 * 128 * i + (j ^ thread % 32 / 4) * 16) =
            probabilities[i][j];
      }
    }
    bp::ptx::fence_proxy_async();
  }

  /// Of the last page of a sequence, tokens past its end may hold NaN, and 0 * NaN would spoil P V:
  /// zeros instead, in the boxes of V.
  __device__ void clear_rest(int valid) {
    constexpr int chunks = bp::mla::value_width * 2 / 16;  // of a token
    for (int i = group_thread(); i < (page_tokens - valid) * chunks; i += Tiling::group_threads) {
      const int line = valid + i / chunks;
      *reinterpret_cast<uint4*>(shared().values[turn.stage][i % chunks / 8] + line * 128 +
                                i % 8 * 16) = uint4{0, 0, 0, 0};
    }
  }

  __device__ void finish(const Piece& piece) {
    const int thread = group_thread();
    wait(shared().sums_free, sums_parity);
    sums_parity ^= 1;
#pragma unroll
    for (int i = 0; i < 2; ++i) {
      float total = sum[i];
      total += __shfl_xor_sync(0xffffffff, total, 1);
      total += __shfl_xor_sync(0xffffffff, total, 2);
      if (thread % 4 != 0) continue;
      // The largest term is 1, so a row that saw any key has a sum of at least 1.
      const bool empty = total == 0;
      shared().inverses[row_of(thread) + 8 * i] = empty ? 0.0f : 1.0f / total;
      const auto& p = block.p;
      const int query_row = block.first_row + row_of(thread) + 8 * i;
      if (query_row >= block.query_rows()) continue;
      const float lse = highest[i] + log2f(total);
      if (piece.partial >= 0) {
        p.partial_lse[static_cast<long long>(piece.partial) * block.query_rows() + query_row] =
            empty ? -infinity() : lse;
      } else {
        constexpr float ln2 = 0.693147180559945309f;
        const int token = query_row / p.h_q;
        const int head = query_row % p.h_q;
        p.lse[(static_cast<long long>(piece.request) * p.h_q + head) * p.s_q + token] =
            empty ? infinity() : lse * ln2;
      }
    }
    bp::ptx::mbarrier_arrive(barrier(shared().sums_full));
  }

  __device__ void run() {
#pragma unroll 1
    for (int index = block.first_segment; index < block.end_segment; ++index) {
      const Piece piece = piece_of(block.p, index, block.last_row);
      load_query(piece.request);
#pragma unroll
      for (int i = 0; i < 2; ++i) {
        highest[i] = -infinity();
        sum[i] = 0;
      }
      bool held = false;  // P of the tile before is in registers yet
#pragma unroll 1
      for (int tile = 0; tile < piece.tiles; ++tile) {
        const int token = (piece.first_page + tile) * page_tokens;
        multiply();
        // Beside the products. Who read the number before has let this page come since.
        if (group_thread() == 0) {
          shared().next_page[turn.stage] = next_page(block.p, block.last_row, shared().walk);
        }
        __syncwarp();
        if (held) store_probabilities(turn.tile_parity ^ 1);
        bp::ptx::wgmma_wait<0>();
        bp::ptx::wgmma_touch(s);
        if (held) bp::ptx::mbarrier_arrive(barrier(shared().scored));
        sync();  // no warp reads the RoPE box any more
        Turn next = turn;
        next.advance();
        if (group_thread() == 0 && shared().next_page[next.stage] >= 0) {
          block.copy_rope(shared().next_page[next.stage]);
        }
        __syncwarp();
        softmax(token, piece);
        // Where the next page has come, Q K^T of it goes first, so that P V of this one runs
        // beside its softmax. Else the page is wanted back soon.
        held = tile + 1 < piece.tiles && bp::ptx::mbarrier_test_wait_parity(
                                             barrier(shared().full[next.stage][0]), next.parity);
        held = __all_sync(0xffffffff, held);
        if (!held) {
          if (token + page_tokens > piece.seqlen) clear_rest(piece.seqlen - token);
          store_probabilities(turn.tile_parity);
          bp::ptx::mbarrier_arrive(barrier(shared().scored));
        }
        turn = next;
      }
      finish(piece);
    }
  }
};

}  // namespace bp::mla_wgmma
