// Dense MLA prefill on wgmma bf16, for sm_90a. The division of labour is FlashAttention-3's (Shah
// et al. 2024, arXiv 2407.08608): a warp loads by TMA, two warpgroups compute, and each runs its
// softmax of one tile of keys while its tensor cores multiply the tile before with V. A block walks
// over many tiles of queries: K and V of the next are on their way while O of the last is written.
#include "kernels/mla/dense_prefill_wgmma_tiling.h"
#include "probes/ptx/async_proxy.cuh"
#include "probes/ptx/float_math.cuh"
#include "probes/ptx/setmaxnreg.cuh"
#include "probes/ptx/tensormap.cuh"
#include "probes/ptx/tma.cuh"
#include "probes/ptx/wgmma_attention.cuh"
#include "probes/ptx/wgmma_layout.h"

// Not an unnamed namespace: names of internal linkage hold a number made of the source's path.
namespace bp::mla_prefill_wgmma {

using mla::prefill_rows;
using mla::PrefillHeadTile;
using mla::PrefillParams;
using mla::PrefillTile;

extern __shared__ __align__(1024) unsigned char dynamic_shared[];

constexpr int loader_registers = 24;
constexpr int computing_registers = 240;
constexpr auto swizzle = ptx::WgmmaSwizzle::b128;
constexpr unsigned line = 128;  // bytes of a panel's line: 64 components

constexpr float largest_growth = 8;  // of a row's maximum beyond its base, as a power of 2

__device__ inline float minus_infinity() { return __int_as_float(static_cast<int>(0xff800000u)); }

/// Where the parts of the block's shared memory are.
template <class Tiling>
struct Shared {
  unsigned char* base;

  __device__ Shared() {
    const unsigned address = ptx::shared_address(dynamic_shared);
    base = dynamic_shared + (0u - address) % Tiling::alignment;
  }
  __device__ unsigned q() const { return ptx::shared_address(base); }
  __device__ unsigned k(int stage) const { return q() + Tiling::k_at + stage * Tiling::k_bytes; }
  __device__ unsigned v(int stage) const { return q() + Tiling::v_at + stage * Tiling::v_bytes; }
  __device__ unsigned long long* barrier(int index) const {
    return reinterpret_cast<unsigned long long*>(base + Tiling::barriers_at) + index;
  }
  __device__ PrefillHeadTile& item(int index) const {
    return reinterpret_cast<PrefillHeadTile*>(base + Tiling::items_at)[index % 2];
  }
  // Full: the copy has come. Empty: all warps that compute are done with it.
  __device__ unsigned long long* q_full() const { return barrier(0); }
  __device__ unsigned long long* q_empty() const { return barrier(1); }
  __device__ unsigned long long* k_full(int stage) const { return barrier(2 + stage); }
  __device__ unsigned long long* k_empty(int stage) const {
    return barrier(2 + Tiling::stages + stage);
  }
  __device__ unsigned long long* v_full(int stage) const {
    return barrier(2 + 2 * Tiling::stages + stage);
  }
  __device__ unsigned long long* v_empty(int stage) const {
    return barrier(2 + 3 * Tiling::stages + stage);
  }
};

__device__ inline void wait(unsigned long long* barrier, int parity) {
  while (!ptx::mbarrier_try_wait_parity(barrier, static_cast<unsigned>(parity))) {
  }
}

/// Tiles of keys that the block walks over, from the last to the first.
template <class Tiling>
__device__ inline int key_tiles(const PrefillTile& tile) {
  const int end = tile.visible(tile.rows - 1);  // no row sees more
  return end > 0 ? (end + Tiling::keys - 1) / Tiling::keys : 0;
}

template <int width, int lines>
__device__ inline void load_panels(unsigned target, const unsigned char* map, int head, int token,
                                   unsigned long long* full) {
  ptx::mbarrier_arrive_expect_tx(full, width * lines * 2);
#pragma unroll
  for (int panel = 0; panel < width / 64; ++panel) {
    const int at[] = {panel * 64, head, token};
    ptx::tma_load_tile<3>(target + panel * lines * line, map, at, ptx::shared_address(full));
  }
}

/// The loading thread. `step` counts tiles of keys over all items: stage and phase follow from it.
template <class Tiling>
__device__ inline void load(const Shared<Tiling>& shared, const PrefillParams& p) {
  constexpr int map_bytes = 128;
  const auto* q_map = static_cast<const unsigned char*>(p.maps);
  ptx::fence_proxy_tensormap_acquire(q_map);
  const int first = p.item_begin[blockIdx.x];
  const int items = p.item_begin[blockIdx.x + 1] - first;
  int step = 0;
  for (int index = 0; index < items; ++index) {
    const int head = p.items[first + index].head;
    const PrefillTile tile = p.tiles[p.items[first + index].tile];
    const auto* k_map = q_map + (1 + 2 * tile.request) * map_bytes;
    const auto* v_map = k_map + map_bytes;
    ptx::fence_proxy_tensormap_acquire(k_map);
    ptx::fence_proxy_tensormap_acquire(v_map);
    if (index > 0) wait(shared.q_empty(), (index - 1) % 2);
    shared.item(index) = {tile, head};  // the arrival at q_full publishes it
    load_panels<Tiling::qk, prefill_rows>(shared.q(), q_map, head, tile.first_query,
                                          shared.q_full());
    for (int i = key_tiles<Tiling>(tile) - 1; i >= 0; --i, ++step) {
      const int stage = step % Tiling::stages;
      const int round = step / Tiling::stages;
      const int token = tile.first_key + i * Tiling::keys;
      if (round > 0) wait(shared.k_empty(stage), (round - 1) % 2);
      load_panels<Tiling::qk, Tiling::keys>(shared.k(stage), k_map, head, token,
                                            shared.k_full(stage));
      if (round > 0) wait(shared.v_empty(stage), (round - 1) % 2);
      load_panels<Tiling::v, Tiling::keys>(shared.v(stage), v_map, head, token,
                                           shared.v_full(stage));
    }
  }
}

/// A warpgroup's 64 queries. Accumulators as in wgmma.cuh: element 4 j + 2 half + c is of row
/// lane / 4 + 8 half of the warp's 16, column 8 j + 2 (lane % 4) + c.
template <class Tiling>
struct Rows {
  static constexpr int score_count = Tiling::keys / 2;
  static constexpr int out_count = Tiling::v / 2;
  static constexpr int steps = Tiling::keys / 16;

  const Shared<Tiling>& shared;
  const PrefillParams& p;
  const int first_row;  // of the warpgroup, in the tile

  float s[score_count];
  float out[out_count];
  unsigned probabilities[steps][4];
  float highest[2];  // the base
  float sum[2];      // of this thread's columns

  __device__ static int lane() { return static_cast<int>(threadIdx.x) % 32; }
  __device__ int warp_row() const {
    return first_row + static_cast<int>(threadIdx.x) / 32 % 4 * 16;
  }

  /// Starts S = Q K^T.
  __device__ void score(int stage) {
    const unsigned q = shared.q() + first_row * line;
    const unsigned k = shared.k(stage);
#pragma unroll
    for (int step = 0; step < Tiling::qk / 16; ++step) {
      ptx::wgmma_bf16(s, ptx::wgmma_k_major(q, swizzle, prefill_rows, step * 32),
                      ptx::wgmma_k_major(k, swizzle, Tiling::keys, step * 32), step > 0);
    }
  }

  /// Starts O += P V.
  __device__ void weigh(int stage) {
#pragma unroll
    for (int step = 0; step < steps; ++step) {
      ptx::wgmma_bf16<ptx::mn_major>(
          out, probabilities[step],
          ptx::wgmma_mn_major(shared.v(stage), swizzle, Tiling::keys, step * 16), 1);
    }
  }

  __device__ void mask(const PrefillTile& tile, int first_key) {
#pragma unroll
    for (int half = 0; half < 2; ++half) {
      const int sees =
          tile.visible(warp_row() + half * 8 + lane() / 4) - first_key - lane() % 4 * 2;
#pragma unroll
      for (int j = 0; j < Tiling::keys / 8; ++j) {
#pragma unroll
        for (int c = 0; c < 2; ++c) {
          if (j * 8 + c >= sees) s[4 * j + 2 * half + c] = minus_infinity();
        }
      }
    }
  }

  /// Scores become probabilities, to a base that all of a row share: its maximum at some time. Only
  /// where a row's maximum has grown beyond 2^8 times that base does the sum shrink to a new one,
  /// and `out` has to, by `shrink` (as in FlashAttention-4): true. After the first tiles that
  /// hardly ever happens.
  __device__ bool softmax(float (&shrink)[2]) {
    bool grows = false;
#pragma unroll
    for (int half = 0; half < 2; ++half) {
      float top = highest[half];
#pragma unroll
      for (int j = 0; j < Tiling::keys / 8; ++j) {
        top = fmaxf(top, fmaxf(s[4 * j + 2 * half], s[4 * j + 2 * half + 1]));
      }
      top = fmaxf(top, __shfl_xor_sync(0xffffffff, top, 1));
      top = fmaxf(top, __shfl_xor_sync(0xffffffff, top, 2));
      shrink[half] = 1;
      // Of the first key, infinity; where a row has seen no key yet, NaN.
      if ((top - highest[half]) * p.scale_log2 > largest_growth) {
        shrink[half] = ptx::exp2_approx((highest[half] - top) * p.scale_log2);
        highest[half] = top;
        grows = true;
      }
      const float base = highest[half] == minus_infinity() ? 0.0f : highest[half] * p.scale_log2;
      float added = 0;
#pragma unroll
      for (int j = 0; j < Tiling::keys / 8; ++j) {
#pragma unroll
        for (int c = 0; c < 2; ++c) {
          float& value = s[4 * j + 2 * half + c];
          value = ptx::exp2_approx(value * p.scale_log2 - base);
          added += value;
        }
      }
      sum[half] = sum[half] * shrink[half] + added;
    }
    return __any_sync(0xffffffff, grows);
  }

  /// The accumulators of S are, in pairs of 8 columns, A fragments.
  __device__ void pack() {
#pragma unroll
    for (int step = 0; step < steps; ++step) {
#pragma unroll
      for (int i = 0; i < 4; ++i) {
        probabilities[step][i] = ptx::pack_bf16(s[8 * step + 2 * i], s[8 * step + 2 * i + 1]);
      }
    }
  }

  __device__ void release(unsigned long long* empty) {
    if (lane() == 0) ptx::mbarrier_arrive(empty);
  }

  /// The item `index`; `step`: as the loading thread's.
  __device__ void walk(int index, int& step) {
    wait(shared.q_full(), index % 2);
    const PrefillTile& tile = shared.item(index).tile;
    const int tiles = key_tiles<Tiling>(tile);
#pragma unroll
    for (float& value : out) value = 0;
#pragma unroll
    for (int half = 0; half < 2; ++half) {
      highest[half] = minus_infinity();
      sum[half] = 0;
    }
    if (tiles == 0) {
      release(shared.q_empty());
      return;
    }
    const int all_see = tile.visible(first_row);
    float shrink[2];
    int first_key = (tiles - 1) * Tiling::keys;

    wait(shared.k_full(step % Tiling::stages), step / Tiling::stages % 2);
    ptx::wgmma_fence();
    score(step % Tiling::stages);
    ptx::wgmma_commit();
    ptx::wgmma_wait<0>();
    ptx::wgmma_touch(s);
    release(shared.k_empty(step % Tiling::stages));
    if (tiles == 1) release(shared.q_empty());
    if (first_key + Tiling::keys > all_see) mask(tile, first_key);
    softmax(shrink);
    pack();
#pragma unroll 1
    while (first_key > 0) {
      first_key -= Tiling::keys;
      const int before = step % Tiling::stages;
      const int phase_before = step / Tiling::stages % 2;
      ++step;
      const int stage = step % Tiling::stages;
      wait(shared.k_full(stage), step / Tiling::stages % 2);
      ptx::wgmma_fence();
      score(stage);
      ptx::wgmma_commit();
      wait(shared.v_full(before), phase_before);
      ptx::wgmma_fence();
      weigh(before);
      ptx::wgmma_commit();
      ptx::wgmma_wait<1>();
      ptx::wgmma_touch(s);
      release(shared.k_empty(stage));
      if (first_key == 0) release(shared.q_empty());
      if (first_key + Tiling::keys > all_see) mask(tile, first_key);
      const bool grown = softmax(shrink);
      ptx::wgmma_wait<0>();
      ptx::wgmma_touch(out);
      release(shared.v_empty(before));
      pack();
      if (grown) {
#pragma unroll
        for (int j = 0; j < out_count; ++j) out[j] *= shrink[j / 2 % 2];
      }
    }
    const int last = step % Tiling::stages;
    wait(shared.v_full(last), step / Tiling::stages % 2);
    ptx::wgmma_fence();
    weigh(last);
    ptx::wgmma_commit();
    ptx::wgmma_wait<0>();
    ptx::wgmma_touch(out);
    release(shared.v_empty(last));
    ++step;
  }

  /// In 32 columns a thread has two neighbours in each block of 8; after this exchange among four
  /// threads it has all 8 of one block. words[i]: of block i, then of columns 2 i and on.
  __device__ static void exchange(unsigned (&words)[4]) {
    const bool odd = lane() % 2 != 0;
    const bool upper = lane() / 2 % 2 != 0;
    const auto swap = [](unsigned& keeps, unsigned& gives, bool other, int mask) {
      const unsigned got = __shfl_xor_sync(0xffffffff, other ? keeps : gives, mask);
      (other ? keeps : gives) = got;
    };
    swap(words[0], words[1], odd, 1);
    swap(words[2], words[3], odd, 1);
    swap(words[0], words[2], upper, 2);
    swap(words[1], words[3], upper, 2);
  }

  __device__ void store(int index) {
    constexpr float ln2 = 0.693147180559945309f;
    const PrefillTile& tile = shared.item(index).tile;
    const int head = shared.item(index).head;
#pragma unroll
    for (int half = 0; half < 2; ++half) {
      float total = sum[half];
      total += __shfl_xor_sync(0xffffffff, total, 1);
      total += __shfl_xor_sync(0xffffffff, total, 2);
      const float inverse = total == 0 ? 0.0f : __fdividef(1.0f, total);
      const int row = warp_row() + half * 8 + lane() / 4;
      const bool exists = row < tile.rows;
      if (lane() % 4 == 0 && exists) {
        p.lse[static_cast<long long>(head) * p.queries + tile.first_query + row] =
            total == 0 ? -minus_infinity() : (highest[half] * p.scale_log2 + log2f(total)) * ln2;
      }
      auto* target = reinterpret_cast<uint4*>(
          p.out + ((static_cast<long long>(tile.first_query) + row) * p.heads + head) * Tiling::v +
          lane() % 4 * 8);
#pragma unroll
      for (int j = 0; j < Tiling::v / 8; j += 4) {
        unsigned words[4];
#pragma unroll
        for (int i = 0; i < 4; ++i) {
          const int at = 4 * (j + i) + 2 * half;
          words[i] = ptx::pack_bf16(out[at] * inverse, out[at + 1] * inverse);
        }
        exchange(words);
        if (exists) target[j] = make_uint4(words[0], words[1], words[2], words[3]);
      }
    }
  }
};

template <class Tiling>
__device__ inline void prefill(const PrefillParams& p) {
  const Shared<Tiling> shared;
  if (threadIdx.x == 0) {
    constexpr unsigned computing_warps = Tiling::computing / 32;
    ptx::mbarrier_init(shared.q_full(), 1);
    ptx::mbarrier_init(shared.q_empty(), computing_warps);
    for (int stage = 0; stage < Tiling::stages; ++stage) {
      ptx::mbarrier_init(shared.k_full(stage), 1);
      ptx::mbarrier_init(shared.v_full(stage), 1);
      ptx::mbarrier_init(shared.k_empty(stage), computing_warps);
      ptx::mbarrier_init(shared.v_empty(stage), computing_warps);
    }
    ptx::fence_mbarrier_init();
  }
  __syncthreads();
  if (threadIdx.x >= Tiling::computing) {
    ptx::setmaxnreg_dec<loader_registers>();
    if (threadIdx.x == Tiling::computing) load<Tiling>(shared, p);
    return;
  }
  ptx::setmaxnreg_inc<computing_registers>();
  Rows<Tiling> rows{
      .shared = shared, .p = p, .first_row = static_cast<int>(threadIdx.x) / 128 * 64};
  const int items = p.item_begin[blockIdx.x + 1] - p.item_begin[blockIdx.x];
  int step = 0;
#pragma unroll 1
  for (int index = 0; index < items; ++index) {
    rows.walk(index, step);
    rows.store(index);
  }
}

}  // namespace bp::mla_prefill_wgmma
using bp::mla_prefill_wgmma::prefill;

extern "C" __global__ void __launch_bounds__(384, 1)
    mla_prefill_wgmma_192_128(const __grid_constant__ bp::mla::PrefillParams params) {
  prefill<bp::mla::PrefillWgmma192>(params);
}

extern "C" __global__ void __launch_bounds__(384, 1)
    mla_prefill_wgmma_256_256(const __grid_constant__ bp::mla::PrefillParams params) {
  prefill<bp::mla::PrefillWgmma256>(params);
}
