// Dense MLA decode on wgmma: what both kinds of warpgroups share. Tile, roles and shared memory:
// decode_wgmma_tiling.h; pipeline: docs/kernels/dense_decode.md. The idea of two warpgroups that
// own half of O's columns each is FlashMLA's (docs/20250422-new-kernel-deep-dive.md).
#pragma once

#include "kernels/mla/decode_tiling.h"
#include "kernels/mla/decode_wgmma_tiling.h"
#include "probes/ptx/async_proxy.cuh"
#include "probes/ptx/float_math.cuh"
#include "probes/ptx/named_barrier.cuh"
#include "probes/ptx/tma.cuh"
#include "probes/ptx/wgmma_attention.cuh"
#include "probes/ptx/wgmma_layout.h"

namespace bp::mla_wgmma {

using bp::mla::DecodeParams;
using bp::mla::DecodeSegment;
using bp::mla::page_tokens;
using bp::mla::TensorMapBytes;
using bp::mla::WgmmaDecodeShared;
using bp::mla::WgmmaPageWalk;
using Tiling = bp::mla::WgmmaDecodeTiling;

enum Barrier : int { whole_block, scores_barrier, values_barrier };  // values: and the one after it

__device__ inline unsigned long long* barrier(std::uint64_t& in_shared) {
  return reinterpret_cast<unsigned long long*>(&in_shared);
}

__device__ inline void wait(std::uint64_t& in_shared, unsigned parity) {
  while (!bp::ptx::mbarrier_try_wait_parity(barrier(in_shared), parity)) {
  }
}

__device__ inline unsigned address(const std::uint8_t* in_shared) {
  return static_cast<unsigned>(__cvta_generic_to_shared(in_shared));
}

/// This thread's number in its warpgroup, read anew each time: else the compiler keeps whatever it
/// can compute from it in registers all the way through, and those are taken.
__device__ inline int group_thread() {
  int x;
  asm volatile("mov.u32 %0, %%tid.x;" : "=r"(x));
  return x % Tiling::group_threads;
}

/// The first of a thread's two rows in a tile of accumulators; the other one is 8 further on.
__device__ inline int row_of(int thread) { return thread / 32 * 16 + thread % 32 / 4; }

/// Of a tile: the stage that its page takes, the parity of that stage's barriers and that of those
/// that every tile uses.
struct Turn {
  int stage = 0;
  unsigned parity = 0;
  unsigned tile_parity = 0;
  __device__ void advance() {
    if (++stage == Tiling::stages) {
      stage = 0;
      parity ^= 1;
    }
    tile_parity ^= 1;
  }
};

/// One segment as the query rows of this block see it.
struct Piece {
  int request;
  int partial;
  int first_page;
  int tiles;  // pages with a key that some row sees
  int seqlen;
  int limit;  // keys that the last row sees
};

/// `last_row`: the last query row of this block.
__device__ inline Piece piece_of(const DecodeParams& p, int index, int last_row) {
  const DecodeSegment segment = p.segments[index];
  Piece piece{segment.request, segment.partial, segment.first_page, 0, 0, 0};
  piece.seqlen = p.seqlens[segment.request];
  piece.limit = bp::mla::visible_keys(last_row, piece.seqlen, p.s_q, p.h_q, p.causal != 0);
  const int begin = segment.first_page * page_tokens;
  const int end = min(piece.limit, segment.end_page * page_tokens);
  piece.tiles = end > begin ? (end - begin + page_tokens - 1) / page_tokens : 0;
  return piece;
}

/// The page after the last one asked for, of all pieces of this part one after the other; -1 at the
/// end. By one thread, which keeps its place in shared memory: its registers are taken.
__device__ inline int next_page(const DecodeParams& p, int last_row, WgmmaPageWalk& walk) {
  while (walk.page >= walk.end_page) {
    if (walk.segment == walk.end_segment) return -1;
    const Piece piece = piece_of(p, walk.segment++, last_row);
    walk.request = piece.request;
    walk.page = piece.first_page;
    walk.end_page = piece.first_page + piece.tiles;
  }
  return p.block_table[static_cast<long long>(walk.request) * p.max_pages + walk.page++];
}

/// What every thread of a block knows.
struct Block {
  const DecodeParams& p;
  const TensorMapBytes& map;
  WgmmaDecodeShared& shared;
  int first_row;
  int last_row;
  int first_segment;
  int end_segment;

  __device__ Block(const DecodeParams& params, const TensorMapBytes& tensor_map,
                   WgmmaDecodeShared& block_shared)
      : p(params),
        map(tensor_map),
        shared(block_shared),
        first_row(static_cast<int>(blockIdx.x) * Tiling::rows),
        last_row(min(first_row + Tiling::rows, params.s_q * params.h_q) - 1),
        first_segment(params.part_begin[blockIdx.y]),
        end_segment(params.part_begin[blockIdx.y + 1]) {}

  __device__ int query_rows() const { return p.s_q * p.h_q; }

  /// Starts the copies for the values warpgroup of one side.
  __device__ void copy(int stage, int side, int page) const {
    bp::ptx::mbarrier_arrive_expect_tx(barrier(shared.full[stage][side]),
                                       Tiling::half_boxes * Tiling::box_bytes);
    const unsigned full = bp::ptx::shared_address(barrier(shared.full[stage][side]));
#pragma unroll
    for (int i = 0; i < Tiling::half_boxes; ++i) {
      const int box = side * Tiling::half_boxes + i;
      bp::ptx::tma_load_2d(address(shared.values[stage][box]), &map, box * Tiling::box_width,
                           page * page_tokens, full);
    }
  }

  __device__ void copy_rope(int page) const {
    bp::ptx::mbarrier_arrive_expect_tx(barrier(shared.rope_full), Tiling::box_bytes);
    bp::ptx::tma_load_2d(address(shared.rope), &map, bp::mla::value_width, page * page_tokens,
                         bp::ptx::shared_address(barrier(shared.rope_full)));
  }

  __device__ void prefetch_rope(int page) const {
    bp::ptx::tma_prefetch_2d(&map, bp::mla::value_width, page * page_tokens);
  }
};

}  // namespace bp::mla_wgmma
