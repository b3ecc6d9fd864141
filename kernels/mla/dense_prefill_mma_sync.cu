// Dense MLA prefill on mma.sync bf16, for sm_80 and up. Compiled once with -arch=compute_80.
#include "kernels/mla/dense_prefill_tiling.h"
#include "probes/ptx/cp_async.cuh"
#include "probes/ptx/float_math.cuh"
#include "probes/ptx/ldmatrix.cuh"
#include "probes/ptx/mma_sync.cuh"

// Not an unnamed namespace: names of internal linkage hold a number made of the source's path.
namespace bp::mla_prefill_mma_sync {

using mla::prefill_chunk;
using mla::PrefillParams;
using mla::PrefillTile;

extern __shared__ __align__(1024) unsigned char dynamic_shared[];

constexpr float largest_growth = 8;  // of a row's maximum beyond its base, as a power of 2

__device__ inline float minus_infinity() { return __int_as_float(static_cast<int>(0xff800000u)); }

/// The number of this thread, unknown to the compiler: addresses that follow from it are computed
/// anew where they are used. Kept over the whole walk they would take the registers that O needs.
__device__ inline int thread() {
  int number = static_cast<int>(threadIdx.x);
  asm volatile("" : "+r"(number));
  return number;
}

/// The block's copy of its tile, in shared memory for the same reason: read where it is needed.
template <class Tiling>
__device__ inline PrefillTile& my_tile() {
  return *reinterpret_cast<PrefillTile*>(dynamic_shared + Tiling::tile_at);
}

/// One at a time: for vector loads that are used in part nvcc writes a mask that only PTX 8.3 has.
template <class Tiling>
__device__ inline int tile_field(std::int32_t PrefillTile::*field) {
  return *const_cast<const volatile std::int32_t*>(&(my_tile<Tiling>().*field));
}

/// Keys that a row of the tile sees; below 1: none.
template <class Tiling>
__device__ inline int visible(int row) {
  return min(tile_field<Tiling>(&PrefillTile::keys),
             tile_field<Tiling>(&PrefillTile::first_visible) +
                 row * tile_field<Tiling>(&PrefillTile::more_visible));
}

/// Starts copying `rows` rows of one head to shared memory; eight threads a row. Rows from `valid`
/// on become zeros and nothing of them is read: they are another request's.
template <class Tiling, int rows, int width>
__device__ inline void start_copy(int target, const std::uint16_t* source, int stride, int valid) {
  constexpr int rows_at_once = Tiling::threads / 8;
  static_assert(rows_at_once % 8 == 0, "a thread's rows have one permutation");
  const int number = thread();
  const int lane = number % 8;
  int row = number / 8;
  int to = target + row * width * 2 + (lane ^ row % 8) * 16;
#pragma unroll 1
  for (int i = 0; i < rows / rows_at_once; ++i) {
    const std::uint16_t* from = source + (min(row, valid - 1) * stride + lane * 8);
#pragma unroll
    for (int part = 0; part < width / 64; ++part) {
      ptx::cp_async_16(dynamic_shared + to + part * 128, from + part * 64, row < valid);
    }
    row += rows_at_once;
    to += rows_at_once * width * 2;
  }
}

/// A warp's share of a tile of queries.
template <class Tiling>
struct Rows {
  float out[Tiling::row_blocks][Tiling::value_blocks][4];
  float highest[Tiling::row_blocks][2];  // the base, of rows lane / 4 and + 8
  float sum[Tiling::row_blocks][2];      // of this thread's columns
  unsigned query[Tiling::resident > 0 ? Tiling::resident : 1][4];  // fragments of Q
};

__device__ inline unsigned shared_address() {
  return static_cast<unsigned>(__cvta_generic_to_shared(dynamic_shared));
}

template <class Tiling>
__device__ inline unsigned query_address(int number, int row_block, int step) {
  const int lane = number % 32;
  const int row = number / 32 * Tiling::row_blocks * 16 + lane % 16;
  return shared_address() + row * Tiling::qk * 2 + row_block * 16 * Tiling::qk * 2 +
         prefill_chunk(lane, step * 2, lane / 16);
}

/// S = Q K^T.
template <class Tiling>
__device__ inline void score(float (&s)[Tiling::row_blocks][Tiling::key_blocks][4],
                             const Rows<Tiling>& rows, int stage) {
  const int number = thread();
  const int lane = number % 32;
  const int key = lane / 16 * 8 + lane % 8;
  const unsigned keys = shared_address() + stage + key * Tiling::qk * 2;
#pragma unroll
  for (int r = 0; r < Tiling::row_blocks; ++r) {
#pragma unroll
    for (int n = 0; n < Tiling::key_blocks; ++n) {
#pragma unroll
      for (int i = 0; i < 4; ++i) s[r][n][i] = 0;
    }
  }
#pragma unroll
  for (int step = 0; step < Tiling::qk_steps; ++step) {
    unsigned a[Tiling::row_blocks][4];
#pragma unroll
    for (int r = 0; r < Tiling::row_blocks; ++r) {
      if (step < Tiling::resident) {
#pragma unroll
        for (int i = 0; i < 4; ++i) a[r][i] = rows.query[step < Tiling::resident ? step : 0][i];
      } else {
        ptx::ldmatrix_x4(a[r], query_address<Tiling>(number, r, step));
      }
    }
#pragma unroll
    for (int n = 0; n < Tiling::key_blocks; n += 2) {
      // Matrices: (n 0-7, k 0-7), (n 0-7, k 8-15), (n 8-15, k 0-7), (n 8-15, k 8-15).
      unsigned b[4];
      ptx::ldmatrix_x4(b,
                       keys + n * 8 * Tiling::qk * 2 + prefill_chunk(lane, step * 2, lane / 8 % 2));
#pragma unroll
      for (int r = 0; r < Tiling::row_blocks; ++r) {
        ptx::mma_bf16(s[r][n], a[r], {b[0], b[1]});
        ptx::mma_bf16(s[r][n + 1], a[r], {b[2], b[3]});
      }
    }
  }
}

/// Scores of keys that a row does not see become -infinity. `first_key`: of the tile.
template <class Tiling>
__device__ inline void mask(float (&s)[Tiling::row_blocks][Tiling::key_blocks][4],
                            const PrefillParams& p, int first_key) {
  const int number = thread();
  const int lane = number % 32;
  const int first_row = number / 32 * Tiling::row_blocks * 16;
  if (first_key + Tiling::keys <= visible<Tiling>(first_row)) return;  // all see all
#pragma unroll
  for (int r = 0; r < Tiling::row_blocks; ++r) {
#pragma unroll
    for (int half = 0; half < 2; ++half) {
      const int sees =
          visible<Tiling>(first_row + r * 16 + half * 8 + lane / 4) - first_key - lane % 4 * 2;
#pragma unroll
      for (int n = 0; n < Tiling::key_blocks; ++n) {
#pragma unroll
        for (int i = 0; i < 2; ++i) {
          if (n * 8 + i >= sees) s[r][n][half * 2 + i] = minus_infinity();
        }
      }
    }
  }
}

/// Scores become probabilities, to a base that all of a row share: its maximum at some time. Only
/// where a row's maximum has grown beyond 2^8 times that base do out and sum shrink to a new one
/// (as in FlashAttention-4): after the first tiles that hardly ever happens, and the products of
/// all accumulators of O stay away.
template <class Tiling>
__device__ inline void softmax(float (&s)[Tiling::row_blocks][Tiling::key_blocks][4],
                               Rows<Tiling>& rows, float scale) {
  float shrink[Tiling::row_blocks][2];
  bool grows = false;
#pragma unroll
  for (int r = 0; r < Tiling::row_blocks; ++r) {
#pragma unroll
    for (int half = 0; half < 2; ++half) {
      float top = rows.highest[r][half];
#pragma unroll
      for (int n = 0; n < Tiling::key_blocks; ++n) {
        top = fmaxf(top, fmaxf(s[r][n][half * 2], s[r][n][half * 2 + 1]));
      }
      top = fmaxf(top, __shfl_xor_sync(0xffffffff, top, 1));
      top = fmaxf(top, __shfl_xor_sync(0xffffffff, top, 2));
      float& highest = rows.highest[r][half];
      shrink[r][half] = 1;
      // Of the first key, infinity; where a row has seen no key yet, NaN.
      if ((top - highest) * scale > largest_growth) {
        shrink[r][half] = ptx::exp2_approx((highest - top) * scale);
        highest = top;
        grows = true;
      }
      const float base = highest == minus_infinity() ? 0.0f : highest * scale;
      float sum = rows.sum[r][half] * shrink[r][half];
#pragma unroll
      for (int n = 0; n < Tiling::key_blocks; ++n) {
#pragma unroll
        for (int i = 0; i < 2; ++i) {
          float& value = s[r][n][half * 2 + i];
          value = ptx::exp2_approx(value * scale - base);
          sum += value;
        }
      }
      rows.sum[r][half] = sum;
    }
  }
  if (!__any_sync(0xffffffff, grows)) return;
#pragma unroll
  for (int r = 0; r < Tiling::row_blocks; ++r) {
#pragma unroll
    for (int n = 0; n < Tiling::value_blocks; ++n) {
#pragma unroll
      for (int i = 0; i < 4; ++i) rows.out[r][n][i] *= shrink[r][i / 2];
    }
  }
}

/// O += P V. The accumulators of S are, in pairs of n8 blocks, an A fragment.
template <class Tiling>
__device__ inline void weigh(const float (&s)[Tiling::row_blocks][Tiling::key_blocks][4],
                             Rows<Tiling>& rows, int stage) {
  const int lane = thread() % 32;
  const unsigned values = shared_address() + stage + Tiling::k_bytes + lane % 16 * Tiling::v * 2;
#pragma unroll
  for (int step = 0; step < Tiling::probability_steps; ++step) {
    unsigned a[Tiling::row_blocks][4];
#pragma unroll
    for (int r = 0; r < Tiling::row_blocks; ++r) {
#pragma unroll
      for (int i = 0; i < 4; ++i) {
        const float(&block)[4] = s[r][step * 2 + i / 2];
        a[r][i] = ptx::pack_bf16(block[i % 2 * 2], block[i % 2 * 2 + 1]);
      }
    }
#pragma unroll
    for (int n = 0; n < Tiling::value_blocks; n += 2) {
      // Matrices: (k 0-7, n 0-7), (k 8-15, n 0-7), (k 0-7, n 8-15), (k 8-15, n 8-15).
      unsigned b[4];
      ptx::ldmatrix_x4_trans(
          b, values + step * 16 * Tiling::v * 2 + prefill_chunk(lane, n, lane / 16));
#pragma unroll
      for (int r = 0; r < Tiling::row_blocks; ++r) {
        ptx::mma_bf16(rows.out[r][n], a[r], {b[0], b[1]});
        ptx::mma_bf16(rows.out[r][n + 1], a[r], {b[2], b[3]});
      }
    }
  }
}

template <class Tiling>
__device__ inline void store(const PrefillParams& p, const Rows<Tiling>& rows) {
  constexpr float ln2 = 0.693147180559945309f;
  const int head = static_cast<int>(blockIdx.y);
  const int number = thread();
  const int lane = number % 32;
  const int first_row = number / 32 * Tiling::row_blocks * 16;
#pragma unroll
  for (int r = 0; r < Tiling::row_blocks; ++r) {
#pragma unroll
    for (int half = 0; half < 2; ++half) {
      float sum = rows.sum[r][half];
      sum += __shfl_xor_sync(0xffffffff, sum, 1);
      sum += __shfl_xor_sync(0xffffffff, sum, 2);
      const int row = first_row + r * 16 + half * 8 + lane / 4;
      if (row >= tile_field<Tiling>(&PrefillTile::rows)) continue;
      const long long query = tile_field<Tiling>(&PrefillTile::first_query) + row;
      const float inverse = sum == 0 ? 0.0f : __fdividef(1.0f, sum);
      auto* out =
          reinterpret_cast<unsigned*>(p.out + (query * p.heads + head) * Tiling::v) + lane % 4;
#pragma unroll
      for (int n = 0; n < Tiling::value_blocks; ++n) {
        out[n * 4] = ptx::pack_bf16(rows.out[r][n][half * 2] * inverse,
                                    rows.out[r][n][half * 2 + 1] * inverse);
      }
      if (lane % 4 == 0) {
        p.lse[static_cast<long long>(head) * p.queries + query] =
            sum == 0 ? -minus_infinity()
                     : (rows.highest[r][half] * p.scale_log2 + __log2f(sum)) * ln2;
      }
    }
  }
}

/// Starts copying K and V of the keys from `first_key` of the request on to the stage at byte
/// `stage`; from keys below 0 on there are no more.
template <class Tiling>
__device__ inline void copy_keys(const PrefillParams& p, int first_key, int stage) {
  if (first_key >= 0) {
    const long long row =
        static_cast<long long>(tile_field<Tiling>(&PrefillTile::first_key) + first_key) * p.heads +
        static_cast<int>(blockIdx.y);
    const int valid = tile_field<Tiling>(&PrefillTile::keys) - first_key;
    start_copy<Tiling, Tiling::keys, Tiling::qk>(stage, p.k + row * Tiling::qk,
                                                 p.heads * Tiling::qk, valid);
    start_copy<Tiling, Tiling::keys, Tiling::v>(stage + Tiling::k_bytes, p.v + row * Tiling::v,
                                                p.heads * Tiling::v, valid);
  }
  ptx::cp_async_commit();
}

template <class Tiling>
__device__ inline void prefill(const PrefillParams& p) {
  Rows<Tiling> rows;
#pragma unroll
  for (int r = 0; r < Tiling::row_blocks; ++r) {
#pragma unroll
    for (int half = 0; half < 2; ++half) {
      rows.highest[r][half] = minus_infinity();
      rows.sum[r][half] = 0;
    }
#pragma unroll
    for (int n = 0; n < Tiling::value_blocks; ++n) {
#pragma unroll
      for (int i = 0; i < 4; ++i) rows.out[r][n][i] = 0;
    }
  }
  if (threadIdx.x == 0) my_tile<Tiling>() = p.tiles[blockIdx.x];
  __syncthreads();
  int first_key = 0;
  {
    const int stride = p.heads * Tiling::qk;
    start_copy<Tiling, mla::prefill_rows, Tiling::qk>(
        0,
        p.q + static_cast<long long>(tile_field<Tiling>(&PrefillTile::first_query)) * stride +
            static_cast<int>(blockIdx.y) * Tiling::qk,
        stride, tile_field<Tiling>(&PrefillTile::rows));
    ptx::cp_async_commit();
    // From the last keys to the first: the tiles of which a row sees a part, or nothing, come at
    // the beginning. No row sees more than the last.
    const int end = visible<Tiling>(tile_field<Tiling>(&PrefillTile::rows) - 1);
    first_key = end > 0 ? (end - 1) / Tiling::keys * Tiling::keys : -1;
  }
  if constexpr (Tiling::resident > 0) {
    ptx::cp_async_wait<0>();
    __syncthreads();
    const int number = thread();
#pragma unroll
    for (int step = 0; step < Tiling::resident; ++step) {
      ptx::ldmatrix_x4(rows.query[step], query_address<Tiling>(number, 0, step));
    }
    __syncthreads();
  }
  int stage = Tiling::stages_at;
#pragma unroll 1
  for (int i = 0; i < Tiling::stages - 1; ++i) {
    copy_keys<Tiling>(p, first_key - i * Tiling::keys, stage + i * Tiling::stage_bytes);
  }
#pragma unroll 1
  for (; first_key >= 0; first_key -= Tiling::keys) {
    ptx::cp_async_wait<Tiling::stages - 2>();
    __syncthreads();  // this stage is there, and all are done with the one before
    copy_keys<Tiling>(p, first_key - (Tiling::stages - 1) * Tiling::keys,
                      stage == Tiling::stages_at ? Tiling::tile_at - Tiling::stage_bytes
                                                 : stage - Tiling::stage_bytes);
    float s[Tiling::row_blocks][Tiling::key_blocks][4];
    score<Tiling>(s, rows, stage);
    mask<Tiling>(s, p, first_key);
    softmax<Tiling>(s, rows, p.scale_log2);
    weigh<Tiling>(s, rows, stage);
    stage += Tiling::stage_bytes;
    if (stage == Tiling::tile_at) stage = Tiling::stages_at;
  }
  store<Tiling>(p, rows);
}

}  // namespace bp::mla_prefill_mma_sync
using bp::mla_prefill_mma_sync::prefill;

extern "C" __global__ void __launch_bounds__(128, 2)
    mla_prefill_mma_sync_192_128(const __grid_constant__ bp::mla::PrefillParams params) {
  prefill<bp::mla::Prefill192>(params);
}

extern "C" __global__ void __launch_bounds__(128, 2)
    mla_prefill_mma_sync_192_128_small(const __grid_constant__ bp::mla::PrefillParams params) {
  prefill<bp::mla::Prefill192Small>(params);
}

extern "C" __global__ void __launch_bounds__(256, 1)
    mla_prefill_mma_sync_256_256(const __grid_constant__ bp::mla::PrefillParams params) {
  prefill<bp::mla::Prefill256>(params);
}

extern "C" __global__ void __launch_bounds__(256, 1)
    mla_prefill_mma_sync_256_256_small(const __grid_constant__ bp::mla::PrefillParams params) {
  prefill<bp::mla::Prefill256Small>(params);
}
