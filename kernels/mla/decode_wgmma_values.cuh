// A values warpgroup of dense MLA decode on wgmma: O += P V for half of the columns. As the last
// reader of a page it also asks for the one that takes its place.
#pragma once

#include "kernels/mla/decode_wgmma.cuh"

namespace bp::mla_wgmma {

/// `side` 0: columns 0..255, 1: 256..511.
template <int side>
struct Values {
  const Block& block;
  Turn turn{};
  unsigned sums_parity = 0;
  float out[128];

  __device__ WgmmaDecodeShared& shared() const { return block.shared; }
  __device__ void accumulate(bool first) {
    const int stage = turn.stage;
    wait(shared().full[stage][side], turn.parity);
    wait(shared().scored, turn.tile_parity);
    if (!first) {
      const float* factors = shared().factors[stage] + row_of(group_thread());
      const float low = factors[0];
      const float high = factors[8];
      // Maxima seldom change after the first tiles.
      if (__any_sync(0xffffffff, low != 1.0f || high != 1.0f)) {
#pragma unroll
        for (int i = 0; i < 128; ++i) out[i] *= i / 2 % 2 == 0 ? low : high;
      }
    }
    constexpr auto swizzle = bp::ptx::WgmmaSwizzle::b128;
    const std::uint64_t probabilities =
        bp::ptx::wgmma_k_major(address(shared().probabilities), swizzle, Tiling::rows, 0);
    const std::uint64_t values = bp::ptx::wgmma_mn_major(
        address(shared().values[stage][side * Tiling::half_boxes]), swizzle, page_tokens, 0);
    bp::ptx::wgmma_fence();
#pragma unroll
    for (int step = 0; step < 4; ++step) {
      bp::ptx::wgmma_bf16<bp::ptx::k_major, bp::ptx::mn_major>(
          out, probabilities + bp::ptx::descriptor_encode(step * 32),
          values + bp::ptx::descriptor_encode(step * 16 * 128), step > 0 || !first);
    }
    bp::ptx::wgmma_commit();
    bp::ptx::wgmma_wait<0>();
    bp::ptx::wgmma_touch(out);
  }

  /// One thread, after the whole warpgroup is done with the page: asks for the page that comes
  /// three later.
  __device__ void refill() {
    bp::ptx::mbarrier_arrive(barrier(shared().probabilities_free));
    const int page = shared().next_page[turn.stage];
    if (page < 0) return;
    block.copy(turn.stage, side, page);
    // Its RoPE box has no place yet: as far as L2, while the memory has the page open.
    if (side == 0) block.prefetch_rope(page);
  }

  __device__ void store(const DecodeSegment& segment) {
    wait(shared().sums_full, sums_parity);
    sums_parity ^= 1;
    const int thread = group_thread();
    const int row = row_of(thread);
    const float inverses[2] = {shared().inverses[row], shared().inverses[row + 8]};
    bp::ptx::mbarrier_arrive(barrier(shared().sums_free));
    const auto& p = block.p;
    const bool partial = segment.partial >= 0;
    const long long slot = partial ? segment.partial : segment.request;
    // In place: there are no registers for a second copy.
#pragma unroll
    for (int i = 0; i < 128; ++i) out[i] *= inverses[i / 2 % 2];
    if (!partial) {
#pragma unroll
      for (int i = 0; i < 128; i += 2) {
        out[i] = __uint_as_float(bp::ptx::pack_bf16(out[i], out[i + 1]));
      }
    }
    bp::ptx::wgmma_touch(out);
#pragma unroll
    for (int i = 0; i < 2; ++i) {
      const int query_row = block.first_row + row + 8 * i;
      if (query_row >= block.query_rows()) continue;
      const long long at = (slot * block.query_rows() + query_row) * bp::mla::value_width +
                           side * (bp::mla::value_width / 2) + thread % 4 * 2;
      if (partial) {
        float* target = p.partial_out + at;
#pragma unroll
        for (int j = 0; j < 32; ++j) {
          *reinterpret_cast<float2*>(target + j * 8) =
              float2{out[4 * j + 2 * i], out[4 * j + 2 * i + 1]};
        }
      } else {
        std::uint16_t* target = p.out + at;
#pragma unroll
        for (int j = 0; j < 32; ++j) {
          *reinterpret_cast<float*>(target + j * 8) = out[4 * j + 2 * i];
        }
      }
    }
  }

  __device__ void run() {
#pragma unroll 1
    for (int index = block.first_segment; index < block.end_segment; ++index) {
      const int tiles = piece_of(block.p, index, block.last_row).tiles;
      if (tiles == 0) {
#pragma unroll
        for (int i = 0; i < 128; ++i) out[i] = 0;
      }
#pragma unroll 1
      for (int tile = 0; tile < tiles; ++tile) {
        accumulate(tile == 0);
        bp::ptx::named_barrier_sync<values_barrier + side, Tiling::group_threads>();
        if (group_thread() == 0) refill();
        __syncwarp();
        turn.advance();
      }
      store(block.p.segments[index]);
    }
  }
};

}  // namespace bp::mla_wgmma
