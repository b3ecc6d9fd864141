// The producers of sparse MLA decode on wgmma: two warpgroups that gather the records of the
// candidates, turn them into bf16 and lay them into the panels that wgmma reads. One makes the
// first 256 components, the other the rest.
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

/// Where a candidate's record is, in a few registers: distances from the start of its pool.
struct Record {
  unsigned nope = 0;    // in units of 16 bytes, plus 1; 0: the candidate is masked
  unsigned scales = 0;  // in units of 8 bytes
  int extra = 0;        // of the extra pool; the same for all candidates of a tile
};

template <class C, int side>
struct Gather {
  using Kv = typename C::Kv;
  static constexpr bool v32 = Kv::layout == KvLayout::v32;
  // Of 256 components each; the second side has the RoPE part in its last panel.
  static constexpr int first_panel = side * 4;
  static constexpr int end_panel = side == 0 ? 4 : C::panels;

  const SparseDecodeParams& p;
  const Memory<C> memory;
  const int warp;  // of the warpgroup
  const int lane;
  const unsigned rank;

  // Of the half under way.
  unsigned nope[8][2];  // of each candidate: 8 values
  unsigned rope[2][4];  // of candidate lane / 8 + 4 j: 8 values
  unsigned scales;      // of candidate lane / 4

  /// The index that this lane looks after, of the cursor's tile: lanes 0 to 7 have this warp's
  /// candidates of `own_half`, 8 to 15 of the other half. The others repeat.
  __device__ int load_index(const TileCursor& c, int own_half) const {
    if (c.done()) return -1;
    const int half = (lane >> 3 & 1) ^ own_half;
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
    record.extra = extra ? 1 : 0;
    if (!is_slot(pool, index)) return record;
    const int page = divide(index, pool.page_tokens);
    const int page_tokens = static_cast<int>(pool.page_tokens.value);
    const int token = index - page * page_tokens;
    const long long start = page * pool.page_stride;
    record.nope = static_cast<unsigned>((start + Kv::nope_at(page_tokens, token)) >> 4) + 1;
    record.scales = static_cast<unsigned>((start + Kv::scales_at(page_tokens, token)) >> 3);
    return record;
  }

  /// Whether this lane has e4m3 values: 448 are no multiple of 256.
  __device__ bool has_nope() const { return side * 256 + lane * 8 < Kv::nope_width; }

  __device__ const unsigned char* pool_of(const Record& record) const {
    return record.extra != 0 ? p.extra.cache : p.pool.cache;
  }
  __device__ const unsigned char* nope_of(const Record& record, unsigned units) const {
    return pool_of(record) + (static_cast<unsigned long long>(units - 1) << 4);
  }

  __device__ void load_nope(const Record& record, int k) {
    const unsigned from = __shfl_sync(all_lanes, record.nope, k);
    nope[k][0] = nope[k][1] = 0;
    if (from == 0 || !has_nope()) return;
    bp::ptx::load_once(nope[k], nope_of(record, from) + side * 256 + lane * 8);
  }

  __device__ void load_rope(const Record& record, int j) {
    const unsigned from = __shfl_sync(all_lanes, record.nope, lane / 8 + 4 * j);
    rope[j][0] = rope[j][1] = rope[j][2] = rope[j][3] = 0;
    if (from == 0) return;
    bp::ptx::load_once(rope[j], nope_of(record, from) + Kv::rope_at(1, 0) + lane % 8 * 16);
  }

  __device__ void load_scales(const Record& record) {
    const unsigned from = __shfl_sync(all_lanes, record.nope, lane / 4);
    scales = 0;
    if constexpr (v32) {
      if (from != 0) {
        bp::ptx::load_once(scales, nope_of(record, from) + Kv::scales_at(1, 0) + lane % 4 * 4);
      }
    } else {
      const unsigned at = __shfl_sync(all_lanes, record.scales, lane / 4);
      if (from != 0) {
        bp::ptx::load_once(
            scales, pool_of(record) + (static_cast<unsigned long long>(at) << 3) + lane % 2 * 4);
      }
    }
  }

  /// The factor of this lane's values. A masked candidate's values are 0: any finite number does.
  __device__ float scale(int k) const {
    if constexpr (v32) {
      return __uint_as_float(__shfl_sync(all_lanes, scales, k * 4 + side * 2 + lane / 16));
    } else {
      const unsigned four = __shfl_sync(all_lanes, scales, k * 4 + side);
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

  __device__ static void store(unsigned char* at, const unsigned (&words)[4]) {
    *reinterpret_cast<uint4*>(at) = make_uint4(words[0], words[1], words[2], words[3]);
  }

  /// Converts what is in the registers into rows `half` * 32 + `warp` * 8 and following of the
  /// tile, and starts the loads of `next` into them.
  __device__ void convert_half(unsigned char* tile, int half, const Record& next) {
    unsigned char* block = tile + half * 32 * 128 + warp * 1024;
    // Or the compiler keeps eight addresses in registers from tile to tile.
    int chunk = lane % 8;
    asm volatile("" : "+r"(chunk));
    if constexpr (side == 1) {
#pragma unroll
      for (int j = 0; j < 2; ++j) {
        const int k = lane / 8 + 4 * j;
        store(block + (C::panels - 1) * Tiling::panel_bytes + k * 128 + ((chunk ^ k) << 4),
              rope[j]);
      }
    }
    unsigned char* panel = block + (first_panel + lane / 8) * Tiling::panel_bytes;
#pragma unroll
    for (int k = 0; k < 8; ++k) {
      const float factor = scale(k);
      unsigned words[4];
      convert(words, nope[k], factor);
      if (has_nope()) store(panel + k * 128 + ((chunk ^ k) << 4), words);
    }
    // Loads after all conversions: a warp waits for its loads by a handful of counters, and one
    // that a new load shares would have it wait for that one, too.
#pragma unroll
    for (int k = 0; k < 8; ++k) load_nope(next, k);
    if constexpr (side == 1) {
      load_rope(next, 0);
      load_rope(next, 1);
    }
    load_scales(next);
  }

  /// The next half that this CTA makes: of a pair each makes the same one of every tile.
  __device__ static void advance(TileCursor& cursor, int& half) {
    if constexpr (!C::paired) {
      half ^= 1;
      if (half != 0) return;
    }
    cursor.next();
  }

  __device__ void publish(unsigned char* tile, unsigned long long* full, int half) const {
    bp::ptx::fence_proxy_async();
    __syncwarp();
    if constexpr (C::paired) {
      // As many bytes come from the same warp of the other CTA.
      constexpr int panels = end_panel - first_panel;
      if (lane == 0) bp::ptx::mbarrier_arrive_expect_tx(full, panels * 1024);
      if (lane < panels) {
        const unsigned char* block =
            tile + (first_panel + lane) * Tiling::panel_bytes + half * 32 * 128 + warp * 1024;
        const unsigned other = rank ^ 1;
        bp::ptx::cp_async_bulk_to_cluster(
            bp::ptx::map_to_rank(bp::ptx::shared_address(block), other), block, 1024,
            bp::ptx::map_to_rank(bp::ptx::shared_address(full), other));
      }
    } else if (lane == 0) {
      bp::ptx::mbarrier_arrive(full);
    }
  }

  __device__ void run(int part) {
    TileCursor ahead(p, part);
    if (ahead.done()) return;
    int half = static_cast<int>(rank);
    Record record = find(ahead, load_index(ahead, half));
#pragma unroll
    for (int k = 0; k < 8; ++k) load_nope(record, k);
    if constexpr (side == 1) {
      load_rope(record, 0);
      load_rope(record, 1);
    }
    load_scales(record);
    unsigned visible = __ballot_sync(all_lanes, record.nope != 0);
    // The records of `half` are in the registers, `ahead` is one further, and its index on its way.
    int ahead_half = half;
    advance(ahead, ahead_half);
    int index = load_index(ahead, ahead_half);
#pragma unroll 1
    for (Turn turn;;) {
      record = find(ahead, index);
      const int next_half = ahead.done() ? -1 : ahead_half;
      if (next_half >= 0) advance(ahead, ahead_half);
      index = load_index(ahead, ahead_half);

      unsigned char* tile = memory.keys(turn.buffer());
      if constexpr (C::paired) {
        wait_cluster(memory.empty(turn.buffer()), turn.parity() ^ 1);
      } else {
        if (half == 0) wait(memory.empty(turn.buffer()), turn.parity() ^ 1);
      }
      convert_half(tile, half, record);
      if (side == 0 && lane == 0) {
        unsigned char* bits = memory.visible(turn.buffer()) + warp;
        bits[half * 4] = static_cast<unsigned char>(visible);
        bits[(half ^ 1) * 4] = static_cast<unsigned char>(visible >> 8);
      }
      if (C::paired || half == 1) {
        publish(tile, memory.full(turn.buffer()), half);
        turn.next();
      }
      visible = __ballot_sync(all_lanes, record.nope != 0);
      half = next_half;
      if (half < 0) return;
    }
  }
};

}  // namespace bp::mla::sparse_wgmma
