// Lightning indexer on mma.sync, for sm_80 and up: a warp holds the queries of 64 (or 32) columns
// (token, head) in registers for as long as a segment lasts, and lets the keys, 16 rows at a time,
// pass by as A. The sum over heads runs along the accumulators of a lane.
#pragma once

#include "kernels/dsa/indexer_device.cuh"
#include "kernels/dsa/indexer_tiling.h"
#include "probes/ptx/cp_async.cuh"
#include "probes/ptx/ldmatrix.cuh"
#include "probes/ptx/mma_sync.cuh"

namespace bp::dsa_mma_sync {

using dsa::IndexerArithmetic;
using dsa::IndexerParams;
using dsa::IndexerSegment;
using dsa::IndexerTiling;

/// Four e4m3 values as f16 of 2^-8 of their size, exactly, denormals too: bits 0 and 2 of the four
/// in `even`, 1 and 3 in `odd`. A sum over k does not mind the order as long as both factors have
/// the same. (The NaN of e4m3 becomes a number.)
__device__ __forceinline__ void widen_e4m3(unsigned x, unsigned& even, unsigned& odd) {
  odd = (x >> 1 & 0x3f803f80u) | (x & 0x80008000u);
  const unsigned y = x << 8;
  even = (y >> 1 & 0x3f803f80u) | (y & 0x80008000u);
}
inline constexpr float widened_scale = 65536;  // of a product

/// Queries of a warp: the B fragments of all columns and their weights.
template <class Tiling>
struct Queries {
  unsigned b[Tiling::column_tiles][Tiling::products][2];
  float weight[Tiling::column_tiles][2];
};

template <class Tiling>
__device__ __forceinline__ void load_queries(const IndexerParams& p, int token, int token_end,
                                             int lane, Queries<Tiling>& queries) {
  const long long rows = static_cast<long long>(token_end) * Tiling::heads;
  const long long base = static_cast<long long>(token) * Tiling::heads;
  const auto* q = static_cast<const unsigned char*>(p.q);
#pragma unroll
  for (int j = 0; j < Tiling::column_tiles; ++j) {
    const long long row = base + 8 * j + lane / 4;
    const bool valid = row < rows;
    const auto* words =
        reinterpret_cast<const unsigned*>(q + (valid ? row : 0) * Tiling::row_bytes) + lane % 4;
#pragma unroll
    for (int s = 0; s < Tiling::steps; ++s) {
      unsigned x[2];
#pragma unroll
      for (int i = 0; i < 2; ++i) x[i] = valid ? __ldg(words + 8 * s + 4 * i) : 0;
#pragma unroll
      for (int i = 0; i < 2; ++i) {
        if constexpr (Tiling::arithmetic == IndexerArithmetic::f16) {
          widen_e4m3(x[i], queries.b[j][2 * s][i], queries.b[j][2 * s + 1][i]);
        } else {
          queries.b[j][s][i] = x[i];
        }
      }
    }
    const long long column = base + 8 * j + 2 * (lane % 4);
#pragma unroll
    for (int c = 0; c < 2; ++c) {
      queries.weight[j][c] = column + c < rows ? __ldg(p.weights + column + c) : 0.0f;
    }
  }
}

/// Byte offset of 16 bytes of a key in its stage: rows of a multiple of 128 bytes, so that without
/// the xor ldmatrix would find eight rows in the same banks.
template <class Tiling>
__device__ __forceinline__ int chunk_at(int row, int chunk) {
  return row * Tiling::row_bytes + ((chunk ^ (row & 7)) * 16);
}

/// Who copies which rows of a stage: the whole block all of them, or each warp the ones that it
/// alone reads, so that it never waits for another.
template <class Tiling>
struct Copier {
  static constexpr int rows = Tiling::own_stages ? 16 : dsa::indexer_tile;
  static constexpr int threads = Tiling::own_stages ? 32 : Tiling::threads;
  int thread = static_cast<int>(threadIdx.x) % threads;
  int first_row = Tiling::own_stages ? static_cast<int>(threadIdx.x) / 32 * rows : 0;

  /// Between those who read the stage.
  __device__ __forceinline__ void sync() const {
    if constexpr (Tiling::own_stages) {
      __syncwarp();
    } else {
      __syncthreads();
    }
  }
};

template <class Tiling>
__device__ __forceinline__ void load_keys(const IndexerParams& p, const Copier<Tiling>& copier,
                                          int tile, int page, unsigned char* stage) {
  constexpr int chunks = Tiling::row_bytes / 16;
  const auto* k = static_cast<const unsigned char*>(p.k);
  const unsigned char* source;
  if constexpr (Tiling::paged) {
    source = k + static_cast<long long>(page) * Tiling::page_bytes;
  } else {
    source = k + static_cast<long long>(tile) * dsa::indexer_tile * Tiling::row_bytes;
  }
  for (int i = copier.thread; i < copier.rows * chunks; i += copier.threads) {
    const int row = copier.first_row + i / chunks;
    const bool valid = Tiling::paged || tile * dsa::indexer_tile + row < p.columns;
    const unsigned char* from =
        source + static_cast<long long>(row) * Tiling::row_bytes + i % chunks * 16;
    ptx::cp_async_16(stage + chunk_at<Tiling>(row, i % chunks), valid ? from : k, valid);
  }
  if (!Tiling::scaled || copier.thread >= copier.rows) return;
  const int row = copier.first_row + copier.thread;
  auto* scale = stage + Tiling::key_bytes + 4 * row;
  if constexpr (Tiling::paged) {
    ptx::cp_async_ca<4>(scale, source + Tiling::key_bytes + 4 * row, 4);
  } else {
    const int column = tile * dsa::indexer_tile + row;
    const bool valid = column < p.columns;
    ptx::cp_async_ca<4>(scale, p.k_scale + (valid ? column : 0), valid ? 4 : 0);
  }
}

/// Products of 16 keys at `rows` of the stage with all queries of the warp, summed over heads.
template <class Tiling>
__device__ __forceinline__ void score(const unsigned char* stage, int row,
                                      const Queries<Tiling>& queries, int lane,
                                      float (&sums)[2][Tiling::tokens]) {
  unsigned a[Tiling::products][4];
#pragma unroll
  for (int s = 0; s < Tiling::steps; ++s) {
    unsigned x[4];
    ptx::ldmatrix_x4(x, stage + chunk_at<Tiling>(row + lane % 16, 2 * s + lane / 16));
#pragma unroll
    for (int i = 0; i < 4; ++i) {
      if constexpr (Tiling::arithmetic == IndexerArithmetic::f16) {
        widen_e4m3(x[i], a[2 * s][i], a[2 * s + 1][i]);
      } else {
        a[s][i] = x[i];
      }
    }
  }
#pragma unroll
  for (int i = 0; i < 2; ++i) {
#pragma unroll
    for (int token = 0; token < Tiling::tokens; ++token) sums[i][token] = 0;
  }
#pragma unroll
  for (int first = 0; first < Tiling::column_tiles; first += Tiling::together) {
    float acc[Tiling::together][4] = {};
#pragma unroll
    for (int s = 0; s < Tiling::products; ++s) {
#pragma unroll
      for (int j = 0; j < Tiling::together; ++j) {
        if constexpr (Tiling::arithmetic == IndexerArithmetic::e4m3) {
          ptx::mma_e4m3(acc[j], a[s], queries.b[first + j][s]);
        } else if constexpr (Tiling::arithmetic == IndexerArithmetic::f16) {
          ptx::mma_f16(acc[j], a[s], queries.b[first + j][s]);
        } else {
          ptx::mma_bf16(acc[j], a[s], queries.b[first + j][s]);
        }
      }
    }
#pragma unroll
    for (int j = 0; j < Tiling::together; ++j) {
      const int token = (first + j) * 8 / Tiling::heads;
#pragma unroll
      for (int e = 0; e < 4; ++e) {
        sums[e / 2][token] =
            fmaf(queries.weight[first + j][e % 2], fmaxf(acc[j][e], 0.0f), sums[e / 2][token]);
      }
    }
  }
}

template <class Tiling>
__device__ void indexer(const IndexerParams& p) {
  extern __shared__ __align__(1024) unsigned char stages[];
  constexpr int count = Tiling::tokens == 1 ? 1 : Tiling::tokens / 2;
  const int lane = static_cast<int>(threadIdx.x % 32);
  const int warp = static_cast<int>(threadIdx.x / 32);
  // Contiguous: each warp has its own tokens and sees every key. Paged: four warps share the
  // tokens, each takes 16 keys of a page.
  const Copier<Tiling> copier;
  const int group = Tiling::paged ? warp / 4 : warp;
  const int stripe_begin = Tiling::paged ? warp % 4 : 0;
  const int stripe_end = Tiling::paged ? stripe_begin + 1 : dsa::indexer_tile / 16;

  for (int s = p.part_begin[blockIdx.x]; s < p.part_begin[blockIdx.x + 1]; ++s) {
    const IndexerSegment segment = p.segments[s];
    const int block_token = segment.block * p.block_tokens;
    const int token_end = min(block_token + p.block_tokens, p.tokens);
    const int token = block_token + group * Tiling::tokens;
    if (segment.begin < segment.end) {
      const std::int32_t* table =
          Tiling::paged ? p.block_table + static_cast<long long>(segment.block) * p.max_pages
                        : nullptr;
      // The entry of the table is fetched one tile ahead of the copy that needs it.
      int next = segment.begin;
      int page = Tiling::paged ? table[next] : 0;
      const auto prefetch = [&](int slot) {
        if (next < segment.end) {
          load_keys<Tiling>(p, copier, next, page, stages + slot * Tiling::stage_bytes);
          ++next;
          if (Tiling::paged && next < segment.end) page = table[next];
        }
        ptx::cp_async_commit();
      };
#pragma unroll
      for (int i = 0; i < Tiling::stages - 1; ++i) prefetch(i);

      Queries<Tiling> queries;
      load_queries<Tiling>(p, token, token_end, lane, queries);
      const auto visible = dsa_device::visible_of<Tiling::tokens, count>(p, token, token_end, lane);

      int slot = 0;
#pragma unroll 1
      for (int tile = segment.begin; tile < segment.end; ++tile) {
        ptx::cp_async_wait<Tiling::stages - 2>();
        copier.sync();
        prefetch(slot == 0 ? Tiling::stages - 1 : slot - 1);
        const unsigned char* stage = stages + slot * Tiling::stage_bytes;
#pragma unroll(Tiling::stripes_together)
        for (int stripe = stripe_begin; stripe < stripe_end; ++stripe) {
          float sums[2][Tiling::tokens];
          score<Tiling>(stage, stripe * 16, queries, lane, sums);
          float mine[count];
          dsa_device::quad_sum(sums, lane, mine);
          const int row = stripe * 16 + lane / 4 + 8 * (lane & 1);
          float scale = Tiling::arithmetic == IndexerArithmetic::f16 ? widened_scale : 1.0f;
          if constexpr (Tiling::scaled) {
            scale *= reinterpret_cast<const float*>(stage + Tiling::key_bytes)[row];
          }
          dsa_device::store_logits(p, visible, mine, scale, tile * dsa::indexer_tile + row);
        }
        slot = slot == Tiling::stages - 1 ? 0 : slot + 1;
      }
      // The next segment's copies go to the same places.
      ptx::cp_async_wait<0>();
      copier.sync();
    }
    dsa_device::fill_outside(p, segment, static_cast<int>(threadIdx.x), Tiling::threads);
  }
}

}  // namespace bp::dsa_mma_sync
