// The producer of sparse MLA decode on wgmma: a warpgroup that gathers the records of the
// candidates, turns them into bf16 and lays them into the panels that wgmma reads.
//
// A warp makes eight rows of each half (32 rows) of a tile, which is one block of the swizzle in
// each panel. What it loads stays in registers until there is room in shared memory: the records of
// the next half are on their way while those of this one are converted.
#pragma once

#include "kernels/mla/sparse_decode_wgmma.cuh"
#include "probes/ptx/async_proxy.cuh"
#include "probes/ptx/cp_async_bulk.cuh"
#include "probes/ptx/cvt.cuh"
#include "probes/ptx/float_math.cuh"
#include "probes/ptx/load_once.cuh"

namespace bp::mla::sparse_wgmma {

inline constexpr unsigned all_lanes = 0xffffffff;

/// Walks over the tiles of a part's segments.
struct TileCursor {
  const SparseDecodeParams& p;
  int segment;
  int end_segment;
  int tile = 0;
  int end_tile = 0;
  int query = 0;
  int pool_length = 0;   // candidates of the pool that are looked at
  int extra_length = 0;  // of the extra pool

  __device__ TileCursor(const SparseDecodeParams& params, int part)
      : p(params), segment(p.part_begin[part] - 1), end_segment(p.part_begin[part + 1]) {
    next();
  }
  __device__ bool done() const { return segment >= end_segment; }
  __device__ void next() {
    ++tile;
    while (tile >= end_tile) {
      if (++segment >= end_segment) return;
      const DecodeSegment s = p.segments[segment];
      tile = s.first_page;
      end_tile = s.end_page;
      query = s.request;
      const int request = query / p.s_q;
      pool_length = candidates(p.pool, request);
      extra_length = candidates(p.extra, request);
    }
  }
};

/// Where a candidate's record is: addresses, 0 where the candidate is masked.
struct Record {
  unsigned long long nope = 0;
  unsigned long long scales = 0;
};

__device__ __forceinline__ unsigned long long shuffle(unsigned long long value, int lane) {
  return __shfl_sync(all_lanes, value, lane);
}

template <class C>
struct Gather {
  using Kv = typename C::Kv;
  static constexpr bool v32 = Kv::layout == KvLayout::v32;
  static constexpr int halves = C::paired ? 1 : 2;  // of a tile, that this CTA makes

  const SparseDecodeParams& p;
  const Memory<C> memory;
  const int warp;  // of the warpgroup
  const int lane;
  const unsigned rank;

  // Of the half under way.
  unsigned nope[8][2][2];  // candidate, half of the record: 8 values
  unsigned rope[2][4];     // candidate lane / 8 + 4 j: 8 values
  unsigned scales;         // of candidate lane / 4

  /// The index that this lane looks after, of the cursor's tile: lanes 0 to 7 have this warp's
  /// candidates of the own half (of the first one if both are), 8 to 15 of the other. The others
  /// repeat.
  __device__ int load_index(const TileCursor& c) const {
    if (c.done()) return -1;
    const int half = (lane >> 3 & 1) ^ static_cast<int>(rank);
    int at = c.tile * Tiling::tokens + half * 32 + warp * 8 + (lane & 7);
    const int pool_tiles = candidate_blocks(c.pool_length);
    const bool extra = c.tile >= pool_tiles;
    if (extra) at -= pool_tiles * Tiling::tokens;
    const SparsePool& pool = extra ? p.extra : p.pool;
    const int length = extra ? c.extra_length : c.pool_length;
    return at < length ? pool.indices[static_cast<long long>(c.query) * pool.topk + at] : -1;
  }

  __device__ Record find(const TileCursor& c, int index) const {
    const bool extra = c.tile >= candidate_blocks(c.pool_length);
    const SparsePool& pool = extra ? p.extra : p.pool;
    Record record;
    if (!is_slot(pool, index)) return record;
    const int page = divide(index, pool.page_tokens);
    const int page_tokens = static_cast<int>(pool.page_tokens.value);
    const int token = index - page * page_tokens;
    const auto start = reinterpret_cast<unsigned long long>(pool.cache) + page * pool.page_stride;
    record.nope = start + static_cast<unsigned long long>(Kv::nope_at(page_tokens, token));
    record.scales = start + static_cast<unsigned long long>(Kv::scales_at(page_tokens, token));
    return record;
  }

  /// Whether this lane has something to do in the second half of a record's e4m3 values.
  __device__ bool has_second() const { return v32 || lane < 24; }

  __device__ void load_nope(const Record& record, int half, int k) {
    const auto from = shuffle(record.nope, half * 8 + k);
    nope[k][0][0] = nope[k][0][1] = nope[k][1][0] = nope[k][1][1] = 0;
    if (from == 0) return;
    const auto* bytes = reinterpret_cast<const unsigned char*>(from) + lane * 8;
    bp::ptx::load_once(nope[k][0], bytes);
    if (has_second()) bp::ptx::load_once(nope[k][1], bytes + 256);
  }

  __device__ void load_rest(const Record& record, int half) {
#pragma unroll
    for (int j = 0; j < 2; ++j) {
      const auto from = shuffle(record.nope, half * 8 + lane / 8 + 4 * j);
      rope[j][0] = rope[j][1] = rope[j][2] = rope[j][3] = 0;
      if (from != 0) {
        bp::ptx::load_once(rope[j], reinterpret_cast<const unsigned char*>(from) +
                                        Kv::rope_at(1, 0) + lane % 8 * 16);
      }
    }
    const auto from = shuffle(v32 ? record.nope : record.scales, half * 8 + lane / 4);
    scales = 0;
    if (from != 0) {
      const int at = v32 ? static_cast<int>(Kv::scales_at(1, 0)) + lane % 4 * 4 : lane % 2 * 4;
      bp::ptx::load_once(scales, reinterpret_cast<const unsigned char*>(from) + at);
    }
  }

  /// The factor of this lane's values in one half of a record. A masked candidate's values are 0,
  /// and so has the factor to be: any finite number does.
  __device__ float scale(int k, int second) const {
    if constexpr (v32) {
      return __uint_as_float(__shfl_sync(all_lanes, scales, k * 4 + second * 2 + lane / 16));
    } else {
      const unsigned four = __shfl_sync(all_lanes, scales, k * 4 + second);
      return __uint_as_float(ue8m0_to_fp32_bits(four >> lane / 8 * 8 & 0xff));
    }
  }

  __device__ static void convert(unsigned (&to)[4], const unsigned (&from)[2], float factor) {
#pragma unroll
    for (int i = 0; i < 4; ++i) {
      const auto two = static_cast<unsigned short>(from[i / 2] >> i % 2 * 16);
      float low;
      float high;
      bp::ptx::unpack_f16(bp::ptx::cvt_f16x2_e4m3x2(two), low, high);
      to[i] = bp::ptx::pack_bf16(low * factor, high * factor);
    }
  }

  __device__ void store(unsigned char* at, const unsigned (&words)[4], unsigned remote_offset,
                        unsigned remote_barrier) const {
    *reinterpret_cast<uint4*>(at) = make_uint4(words[0], words[1], words[2], words[3]);
    if constexpr (C::sharing == Sharing::store) {
      bp::ptx::store_async(bp::ptx::shared_address(at) + remote_offset, words, remote_barrier);
    }
  }

  /// Converts what is in the registers into rows `half` * 32 + `warp` * 8 and following of the
  /// tile, and starts the loads of half `next_half` of `next` into them.
  __device__ void convert_half(unsigned char* tile, int half, const Record& next, int next_half,
                               unsigned remote_offset, unsigned remote_barrier) {
    unsigned char* block = tile + half * 32 * 128 + warp * 1024;
    unsigned char* panel = block + lane / 8 * Tiling::panel_bytes;
#pragma unroll
    for (int k = 0; k < 8; ++k) {
      unsigned char* row = panel + k * 128 + ((lane % 8 ^ k) << 4);
#pragma unroll
      for (int second = 0; second < 2; ++second) {
        const float factor = scale(k, second);
        unsigned words[4];
        convert(words, nope[k][second], factor);
        if (second == 0 || has_second()) {
          store(row + second * 4 * Tiling::panel_bytes, words, remote_offset, remote_barrier);
        }
      }
      load_nope(next, next_half, k);
    }
#pragma unroll
    for (int j = 0; j < 2; ++j) {
      const int k = lane / 8 + 4 * j;
      store(block + (C::panels - 1) * Tiling::panel_bytes + k * 128 + ((lane % 8 ^ k) << 4),
            rope[j], remote_offset, remote_barrier);
    }
    load_rest(next, next_half);
  }

  __device__ void run(int part) {
    TileCursor ahead(p, part);
    if (ahead.done()) return;
    // The records of `present` are in the registers, `ahead` is at the tile after it, whose index
    // is on its way.
    Record present = find(ahead, load_index(ahead));
#pragma unroll
    for (int k = 0; k < 8; ++k) load_nope(present, 0, k);
    load_rest(present, 0);
    ahead.next();
    int index = load_index(ahead);
    const unsigned own = C::paired ? rank : 0;
    unsigned remote_offset = 0;
    if constexpr (C::paired) {
      const unsigned here = bp::ptx::shared_address(memory.base);
      remote_offset = bp::ptx::map_to_rank(here, rank ^ 1) - here;
    }
    bool more = true;
    for (Turn turn; more; turn.next()) {
      more = !ahead.done();
      const Record next = find(ahead, index);
      if (more) ahead.next();
      index = load_index(ahead);
      const unsigned bits = __ballot_sync(all_lanes, present.nope != 0);

      unsigned char* tile = memory.keys(turn.buffer());
      unsigned long long* full = memory.full(turn.buffer());
      const unsigned remote_full = bp::ptx::shared_address(full) + remote_offset;
      if constexpr (C::paired) {
        wait_cluster(memory.empty(turn.buffer()), turn.parity() ^ 1);
      } else {
        wait(memory.empty(turn.buffer()), turn.parity() ^ 1);
      }
      if constexpr (C::paired) {
        convert_half(tile, static_cast<int>(own), next, 0, remote_offset, remote_full);
      } else {
        convert_half(tile, 0, present, 1, remote_offset, remote_full);
        convert_half(tile, 1, next, 0, remote_offset, remote_full);
      }
      if (lane == 0) {
        memory.visible(turn.buffer())[own * 4 + warp] = static_cast<unsigned char>(bits);
        memory.visible(turn.buffer())[(own ^ 1) * 4 + warp] = static_cast<unsigned char>(bits >> 8);
      }
      bp::ptx::fence_proxy_async();
      __syncwarp();
      if constexpr (C::paired) {
        // As many bytes come from the same warp of the other CTA.
        if (lane == 0) bp::ptx::mbarrier_arrive_expect_tx(full, C::panels * 1024);
        if constexpr (C::sharing == Sharing::bulk) {
          if (lane < C::panels) {
            const unsigned char* block =
                tile + lane * Tiling::panel_bytes + own * 32 * 128 + warp * 1024;
            bp::ptx::cp_async_bulk_to_cluster(bp::ptx::shared_address(block) + remote_offset, block,
                                              1024, remote_full);
          }
        }
      } else if (lane == 0) {
        bp::ptx::mbarrier_arrive(full);
      }
      present = next;
    }
  }
};

}  // namespace bp::mla::sparse_wgmma
