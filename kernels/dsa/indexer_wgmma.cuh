// Lightning indexer on wgmma e4m3, sm_90a. Keys are the side of 64 rows, (token, head) the columns,
// so that the sum over heads runs along the accumulators of a thread, and what is left of it is two
// shuffles.
#pragma once

#include "kernels/dsa/indexer_device.cuh"
#include "kernels/dsa/indexer_wgmma_tiling.h"
#include "probes/ptx/async_proxy.cuh"
#include "probes/ptx/cp_async_bulk.cuh"
#include "probes/ptx/mbarrier.cuh"
#include "probes/ptx/setmaxnreg.cuh"
#include "probes/ptx/tma.cuh"
#include "probes/ptx/wgmma_attention.cuh"
#include "probes/ptx/wgmma_layout.h"

namespace bp::dsa_wgmma {

using dsa::IndexerParams;
using dsa::IndexerSegment;
using dsa::IndexerWgmmaParams;

__device__ __forceinline__ void wait(unsigned long long* barrier, unsigned parity) {
  while (!ptx::mbarrier_try_wait_parity(barrier, parity)) {
  }
}

/// A place in a ring and the parity of its present round.
template <int stages>
struct Place {
  int slot = 0;
  unsigned parity = 0;
  __device__ __forceinline__ void next() {
    if (++slot == stages) {
      slot = 0;
      parity ^= 1;
    }
  }
};

template <class Tiling>
struct Shared {
  unsigned char* queries;  // [query_stages][query_tiles][columns][128], swizzled by the TMA
  unsigned char* keys;     // [stages][64][128], swizzled
  float* scales;           // [stages][64]; pages alone
  unsigned long long* key_full;
  unsigned long long* key_empty;
  unsigned long long* query_full;
  unsigned long long* query_empty;

  __device__ explicit Shared(unsigned char* memory) {
    const unsigned address = ptx::shared_address(memory);
    queries = memory + ((Tiling::alignment - address % Tiling::alignment) % Tiling::alignment);
    keys = queries + Tiling::query_stages * Tiling::query_tiles * Tiling::query_bytes;
    scales = reinterpret_cast<float*>(queries + Tiling::scales_at);
    key_full = reinterpret_cast<unsigned long long*>(queries + Tiling::barriers_at);
    key_empty = key_full + Tiling::stages;
    query_full = key_empty + Tiling::stages;
    query_empty = query_full + Tiling::query_stages;
  }
};

/// The warp that loads: all lanes go along, one issues.
template <class Tiling>
__device__ __forceinline__ void produce(const IndexerWgmmaParams& params,
                                        const Shared<Tiling>& shared, int lane) {
  const IndexerParams& p = params.indexer;
  Place<Tiling::stages> key;
  Place<Tiling::query_stages> query;
  for (int s = p.part_begin[blockIdx.x]; s < p.part_begin[blockIdx.x + 1]; ++s) {
    const IndexerSegment segment = p.segments[s];
    if (segment.begin >= segment.end) continue;
    if (lane == 0) {
      wait(&shared.query_empty[query.slot], query.parity ^ 1);
      unsigned long long* full = &shared.query_full[query.slot];
      ptx::mbarrier_arrive_expect_tx(full, Tiling::query_tiles * Tiling::query_bytes);
#pragma unroll
      for (int tile = 0; tile < Tiling::query_tiles; ++tile) {
        ptx::tma_load_2d(
            ptx::shared_address(shared.queries +
                                (query.slot * Tiling::query_tiles + tile) * Tiling::query_bytes),
            params.q_map, 0,
            segment.block * p.block_tokens * Tiling::heads + tile * Tiling::columns,
            ptx::shared_address(full));
      }
    }
    query.next();
    int pages = 0;  // of each lane its own: 32 entries of the table at a time
    for (int tile = segment.begin; tile < segment.end; ++tile) {
      int page = 0;
      if constexpr (Tiling::paged) {
        const int ahead = (tile - segment.begin) % 32;
        if (ahead == 0 && tile + lane < segment.end) {
          pages = p.block_table[static_cast<long long>(segment.block) * p.max_pages + tile + lane];
        }
        page = __shfl_sync(0xffffffffu, pages, ahead);
      }
      if (lane == 0) {
        wait(&shared.key_empty[key.slot], key.parity ^ 1);
        unsigned long long* full = &shared.key_full[key.slot];
        const unsigned to = ptx::shared_address(shared.keys + key.slot * Tiling::key_bytes);
        if constexpr (Tiling::paged) {
          constexpr unsigned scale_bytes = 4 * dsa::indexer_tile;
          ptx::mbarrier_arrive_expect_tx(full, Tiling::key_bytes + scale_bytes);
          const int at[3] = {0, 0, page};
          ptx::tma_load_tile<3>(to, params.k_map, at, ptx::shared_address(full));
          ptx::cp_async_bulk_load(shared.scales + key.slot * dsa::indexer_tile,
                                  static_cast<const unsigned char*>(p.k) +
                                      static_cast<long long>(page) * dsa::indexer_page_bytes +
                                      Tiling::key_bytes,
                                  scale_bytes, full);
        } else {
          ptx::mbarrier_arrive_expect_tx(full, Tiling::key_bytes);
          ptx::tma_load_2d(to, params.k_map, 0, tile * dsa::indexer_tile,
                           ptx::shared_address(full));
        }
      }
      key.next();
      __syncwarp();
    }
  }
}

/// One of the warpgroups that multiply.
template <class Tiling>
__device__ __forceinline__ void consume(const IndexerParams& p, const Shared<Tiling>& shared,
                                        int group, int thread) {
  constexpr int tokens = Tiling::tokens;
  constexpr int count = tokens == 1 ? 1 : tokens / 2;
  constexpr int accumulators = Tiling::columns / 2;
  const int lane = thread % 32;
  const int row = thread / 32 * 16 + lane / 4 + 8 * (lane & 1);  // of what quad_sum leaves here
  Place<Tiling::stages> key;
  Place<Tiling::query_stages> query;
  int turn = 0;  // whose page is next
  for (int s = p.part_begin[blockIdx.x]; s < p.part_begin[blockIdx.x + 1]; ++s) {
    const IndexerSegment segment = p.segments[s];
    const int block_token = segment.block * p.block_tokens;
    const int token_end = min(block_token + p.block_tokens, p.tokens);
    if (segment.begin < segment.end) {
      const int token = block_token + (Tiling::paged ? 0 : group * tokens);
      const auto visible = dsa_device::visible_of<tokens, count>(p, token, token_end, lane);
      float weights[Tiling::columns / 8][2];
#pragma unroll
      for (int j = 0; j < Tiling::columns / 8; ++j) {
        const int column = token * Tiling::heads + 8 * j + 2 * (lane % 4);
        const bool valid = column < token_end * Tiling::heads;
        const auto pair =
            valid ? *reinterpret_cast<const float2*>(p.weights + column) : float2{0.0f, 0.0f};
        weights[j][0] = pair.x;
        weights[j][1] = pair.y;
      }
      wait(&shared.query_full[query.slot], query.parity);
      const unsigned q = ptx::shared_address(
          shared.queries +
          (query.slot * Tiling::query_tiles + (Tiling::paged ? 0 : group)) * Tiling::query_bytes);
#pragma unroll 1
      for (int tile = segment.begin; tile < segment.end; ++tile) {
        if constexpr (Tiling::paged) {
          const bool mine = turn == group;
          turn = (turn + 1) % Tiling::groups;
          if (!mine) {
            key.next();
            continue;
          }
        }
        const int column = tile * dsa::indexer_tile + row;
        float scale = 0;
        if constexpr (!Tiling::paged) {
          if (column < p.columns) scale = __ldg(p.k_scale + column);
        }
        wait(&shared.key_full[key.slot], key.parity);
        const unsigned k = ptx::shared_address(shared.keys + key.slot * Tiling::key_bytes);
        float acc[accumulators];
        ptx::wgmma_fence();
#pragma unroll
        for (unsigned step = 0; step < 4; ++step) {
          ptx::wgmma_e4m3(
              acc, ptx::wgmma_k_major(k, ptx::WgmmaSwizzle::b128, dsa::indexer_tile, 32 * step),
              ptx::wgmma_k_major(q, ptx::WgmmaSwizzle::b128, Tiling::columns, 32 * step),
              step != 0);
        }
        ptx::wgmma_commit();
        if constexpr (Tiling::paged) {
          scale = shared.scales[key.slot * dsa::indexer_tile + row];
        }
        ptx::wgmma_wait<0>();
        ptx::wgmma_touch(acc);
        // Scales are read by lanes, each of which says so; the rest is the warp's as a whole.
        if (Tiling::paged || lane == 0) ptx::mbarrier_arrive(&shared.key_empty[key.slot]);
        key.next();

        float sums[2][tokens] = {};
#pragma unroll
        for (int j = 0; j < Tiling::columns / 8; ++j) {
#pragma unroll
          for (int e = 0; e < 4; ++e) {
            float& sum = sums[e / 2][j * 8 / Tiling::heads];
            sum = fmaf(weights[j][e % 2], fmaxf(acc[4 * j + e], 0.0f), sum);
          }
        }
        float mine[count];
        dsa_device::quad_sum(sums, lane, mine);
        dsa_device::store_logits(p, visible, mine, scale, column);
      }
      if (lane == 0) ptx::mbarrier_arrive(&shared.query_empty[query.slot]);
      query.next();
    }
    dsa_device::fill_outside(p, segment, group * 128 + thread, Tiling::groups * 128);
  }
}

template <class Tiling>
__device__ __forceinline__ void indexer(const IndexerWgmmaParams& params) {
  extern __shared__ unsigned char memory[];
  const Shared<Tiling> shared(memory);
  // Of one value in a warp, so that branches on it are uniform.
  const int warp = __shfl_sync(0xffffffffu, static_cast<int>(threadIdx.x) / 32, 0);
  if (threadIdx.x == 0) {
    constexpr int warps = 4 * Tiling::groups;
    for (int i = 0; i < Tiling::stages; ++i) {
      ptx::mbarrier_init(&shared.key_full[i], 1);
      ptx::mbarrier_init(&shared.key_empty[i], Tiling::paged ? 128 : warps);
    }
    for (int i = 0; i < Tiling::query_stages; ++i) {
      ptx::mbarrier_init(&shared.query_full[i], 1);
      ptx::mbarrier_init(&shared.query_empty[i], warps);
    }
    ptx::fence_mbarrier_init();
  }
  __syncthreads();
  if (warp >= 4 * Tiling::groups) {
    ptx::setmaxnreg_dec<Tiling::producer_registers>();
    if (warp > 4 * Tiling::groups) return;
    produce<Tiling>(params, shared, static_cast<int>(threadIdx.x) % 32);
  } else {
    ptx::setmaxnreg_inc<Tiling::consumer_registers>();
    consume<Tiling>(params.indexer, shared, warp / 4, static_cast<int>(threadIdx.x) % 128);
  }
}

}  // namespace bp::dsa_wgmma
