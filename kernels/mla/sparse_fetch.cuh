// FP8 tokens from global memory through registers to bf16 rows in shared memory: the fetching warps
// of sparse_decode_mma_sync.cuh. Device code alone.
#pragma once

#include "kernels/mla/sparse_decode_tiling.h"
#include "probes/ptx/float_math.cuh"

namespace bp::mla {

/// As inline PTX: the load stays where it is written, well before its use, and the unused byte of
/// KvModel1's scales gives no reason for `.used_bytes_mask`, which PTX 7.0 does not know. Without
/// `valid` the registers keep what they hold.
BP_DEVICE void load_words(unsigned (&r)[4], const void* address, int valid) {
  asm volatile(
      "{\n\t.reg .pred p;\n\tsetp.ne.s32 p, %5, 0;\n\t"
      "@p ld.global.nc.v4.u32 {%0,%1,%2,%3}, [%4];\n\t}"
      : "+r"(r[0]), "+r"(r[1]), "+r"(r[2]), "+r"(r[3])
      : "l"(address), "r"(valid));
}
BP_DEVICE void load_words(unsigned (&r)[2], const void* address, int valid) {
  asm volatile(
      "{\n\t.reg .pred p;\n\tsetp.ne.s32 p, %3, 0;\n\t"
      "@p ld.global.nc.v2.u32 {%0,%1}, [%2];\n\t}"
      : "+r"(r[0]), "+r"(r[1])
      : "l"(address), "r"(valid));
}

/// Bytes 0 and 1 (`first`), or 2 and 3, each in the low half of 16 bits below copies of its sign.
template <bool first>
BP_DEVICE unsigned spread_codes(unsigned word) {
  unsigned spread;
  asm("prmt.b32 %0, %1, 0, %2;" : "=r"(spread) : "r"(word), "n"(first ? 0x9180 : 0xb3a2));
  return spread;
}

BP_DEVICE unsigned fma_bf16x2(unsigned a, unsigned b, unsigned c) {
  unsigned d;
  asm("fma.rn.bf16x2 %0, %1, %2, %3;" : "=r"(d) : "r"(a), "r"(b), "r"(c));
  return d;
}

/// What a group's codes are multiplied by, 2^120 times its scale: the sum of two bf16, the second 0
/// where the scale is a power of two.
struct GroupScale {
  unsigned high;  // bf16x2, both halves alike
  unsigned low;
};

/// A scale from here on times 2^120 is no fp32 number.
inline constexpr float scale_limit = 128;

/// Two codes as bf16x2, times their scale. Before sm_89 no instruction converts; but a code's bits,
/// four places to the left, are bf16 of 2^-120 times its value, denormals included. The result is
/// rounded once but for what `low` leaves over: at most 1/128 of a unit in the last place beside
/// the product in fp32, nothing where the scale is a power of two.
template <class Kv>
BP_DEVICE unsigned to_bf16x2(unsigned spread, const GroupScale& scale) {
  const unsigned small = spread << 4 & 0x87f087f0u;
  constexpr unsigned minus_zero = 0x80008000u;
  if constexpr (Kv::scale_bytes == 1) return fma_bf16x2(small, scale.high, minus_zero);
  return fma_bf16x2(small, scale.high, fma_bf16x2(small, scale.low, minus_zero));
}

/// The same for any scale, in fp32: bits 20 places to the left of the code's are fp32 of 2^-120
/// times its value.
BP_DEVICE unsigned to_bf16x2_in_fp32(unsigned spread, float scale) {
  const unsigned low = spread << 20 & 0x87f00000u;
  const unsigned high = spread << 4 & 0x87f00000u;
  return bp::ptx::pack_bf16(__uint_as_float(low) * 0x1p120f * scale,
                            __uint_as_float(high) * 0x1p120f * scale);
}

/// Where a token lies; nullptr: masked.
template <class Kv>
struct TokenPlace {
  const std::uint8_t* nope;
  std::int32_t scales_after;  // bytes; of KvV32 not looked at

  BP_DEVICE const std::uint8_t* scales() const {
    return nope + (Kv::layout == KvLayout::v32 ? Kv::nope_width : scales_after);
  }

  /// Asks L2 for the token: 128 bytes a thread. A token may start within a line: then its end lies
  /// in one line more than its length says. The last thread asks for scales that lie elsewhere.
  BP_DEVICE void prefetch(int t) const {
    constexpr bool apart = Kv::layout == KvLayout::model1;
    constexpr int bytes = apart ? Kv::nope_width + rope_width * 2 : Kv::token_bytes;
    constexpr int last_line = (bytes + 127) / 128;
    static_assert(last_line < token_threads - 1);
    if (nope == nullptr || (t > last_line && !(apart && t == token_threads - 1))) return;
    const std::uint8_t* line =
        t > last_line ? scales() : nope + (t < last_line ? t * 128 : bytes - 1);
    asm volatile("prefetch.global.L2 [%0];" ::"l"(line));
  }
};

/// Blocks of 64 candidates of a part, one after another through all its segments.
struct BlockCursor {
  /// A block as a thread sees it that takes every 16th candidate from its own on.
  struct Block {
    const std::int32_t* indices;
    int left;  // candidates from the thread's first on; may be negative
    bool in_extra;
  };

  const SparseDecodeParams& p;
  const int token;  // which of the 16 this thread takes
  int segment;
  const int end_segment;
  int block = 0, end_block = 0, pool_blocks = 0;
  int query = 0, length = 0, extra_length = 0;

  BP_DEVICE BlockCursor(const SparseDecodeParams& params, int part, int wanted)
      : p(params),
        token(wanted),
        segment(params.part_begin[part]),
        end_segment(params.part_begin[part + 1]) {
    enter();
  }

  /// The first segment from here on that has blocks.
  BP_DEVICE void enter() {
    for (; segment < end_segment; ++segment) {
      const DecodeSegment s = p.segments[segment];
      if (s.first_page == s.end_page) continue;
      query = s.request;
      const int request = query / p.s_q;
      block = s.first_page;
      end_block = s.end_page;
      length = candidates(p.pool, request);
      extra_length = candidates(p.extra, request);
      pool_blocks = candidate_blocks(length);
      return;
    }
  }

  /// The block, and on to the next; after the last one blocks without candidates.
  BP_DEVICE Block take() {
    if (segment >= end_segment) return {nullptr, 0, false};
    const bool in_extra = block >= pool_blocks;
    const int first = (in_extra ? block - pool_blocks : block) * candidate_block;
    const std::int32_t* indices = in_extra ? p.extra.indices : p.pool.indices;
    const int topk = in_extra ? p.extra.topk : p.pool.topk;
    const Block taken{indices + static_cast<long long>(query) * topk + first + token,
                      (in_extra ? extra_length : length) - first - token, in_extra};
    if (++block == end_block) {
      ++segment;
      enter();
    }
    return taken;
  }
};

/// Index of the thread's candidate in a pass, -1 if there is none. It is not looked at here: it may
/// take long to arrive.
BP_DEVICE std::int32_t load_index(const BlockCursor::Block& block, int pass) {
  std::int32_t index = -1;
  asm volatile("{\n\t.reg .pred p;\n\tsetp.gt.s32 p, %2, 0;\n\t@p ld.global.nc.b32 %0, [%1];\n\t}"
               : "+r"(index)
               : "l"(block.indices + pass * pass_tokens), "r"(block.left - pass * pass_tokens));
  return index;
}

/// Asks L2 for the indices of the block after this one of the same list.
BP_DEVICE void prefetch_indices(const BlockCursor::Block& block, int t) {
  if (t != 0 || block.left <= candidate_block) return;
  asm volatile("prefetch.global.L2 [%0];" ::"l"(block.indices + candidate_block));
}

/// What is needed of a pool to find a token, in registers.
struct PoolFields {
  const std::uint8_t* cache;
  std::uint32_t page_stride;
  Divisor page_tokens;
  int slots;

  /// Field by field: a reference to either would make the compiler read parameters through memory.
  BP_DEVICE static PoolFields of(const SparsePool& pool, const SparsePool& extra, bool in_extra) {
    PoolFields fields{in_extra ? extra.cache : pool.cache,
                      static_cast<std::uint32_t>(in_extra ? extra.page_stride : pool.page_stride),
                      {in_extra ? extra.page_tokens.value : pool.page_tokens.value,
                       in_extra ? extra.page_tokens.magic : pool.page_tokens.magic,
                       in_extra ? extra.page_tokens.shift : pool.page_tokens.shift},
                      in_extra ? extra.slots : pool.slots};
    // So that they are not read anew for every token.
    asm volatile(""
                 : "+l"(fields.cache), "+r"(fields.page_stride), "+r"(fields.page_tokens.value),
                   "+r"(fields.page_tokens.magic), "+r"(fields.page_tokens.shift),
                   "+r"(fields.slots));
    return fields;
  }
};

/// An index that is no slot becomes `slots`. As inline PTX, to stay where it is: here an index has
/// to have arrived.
BP_DEVICE std::int32_t arrived_index(std::int32_t index, const PoolFields& pool) {
  std::int32_t least;
  asm volatile("min.u32 %0, %1, %2;" : "=r"(least) : "r"(index), "r"(pool.slots));
  return least;
}

/// `slot`: of arrived_index().
template <class Kv>
BP_DEVICE TokenPlace<Kv> place_of(const PoolFields& pool, std::int32_t slot) {
  const int page = divide(slot, pool.page_tokens);
  const int page_tokens = static_cast<int>(pool.page_tokens.value);
  const int token = slot - page * page_tokens;
  const std::uint8_t* start =
      pool.cache + static_cast<std::uint64_t>(static_cast<std::uint32_t>(page)) * pool.page_stride;
  const bool masked = slot == pool.slots;
  return {masked ? nullptr : start + Kv::nope_at(page_tokens, token),
          static_cast<std::int32_t>(Kv::scales_at(page_tokens, token) -
                                    Kv::nope_at(page_tokens, token))};
}

/// One thread's share of one token, on its way.
template <class Kv>
struct TokenShare {
  static constexpr int scale_words = Kv::scale_bytes == 4 ? 4 : 2;
  unsigned codes[most_chunks<Kv>][4];  // of a masked token: those of an older one
  unsigned scales[scale_words];
  unsigned rope[4];

  BP_DEVICE void clear() {
    BP_UNROLL for (auto& chunk : codes) { BP_UNROLL for (unsigned& word : chunk) word = 0; }
    BP_UNROLL for (unsigned& word : scales) word = 0;
    BP_UNROLL for (unsigned& word : rope) word = 0;
  }

  /// Starts loading. Whether there is a token.
  BP_DEVICE bool load(const TokenPlace<Kv>& place, int t) {
    const int valid = place.nope != nullptr;
    load_words(scales, place.scales(), valid);
    const std::uint8_t* nope = place.nope + t * 16;
    BP_UNROLL for (int i = 0; i < most_chunks<Kv>; ++i) {
      load_words(codes[i], nope + i * token_threads * 16,
                 is_whole<Kv>(i) ? valid : valid && i < chunks_of<Kv>(t));
    }
    constexpr int rope_after = Kv::layout == KvLayout::v32 ? 528 : 448;
    static_assert(KvV32::rope_at(1, 0) == 528 && KvModel1::rope_at(1, 0) == 448);
    load_words(rope, nope + rope_after, valid);
    return valid != 0;
  }

  BP_DEVICE unsigned ue8m0_of(int i, int t) const {
    return scales[i / 2] >> ((i % 2 * 2 + t / 4) * 8) & 0xffu;
  }

  /// The scale of chunk `i`; 0 of a masked token, whatever lies in the registers.
  BP_DEVICE float scale(int i, int t, bool valid) const {
    if (!valid) return 0;
    if constexpr (Kv::scale_bytes == 4)
      return __uint_as_float(scales[i]);
    else
      return __uint_as_float(ue8m0_to_fp32_bits(ue8m0_of(i, t)));
  }

  BP_DEVICE GroupScale group_scale(int i, int t, bool valid) const {
    if constexpr (Kv::scale_bytes == 4) {
      const float scaled = scale(i, t, valid) * 0x1p120f;
      const unsigned high = bp::ptx::pack_bf16(scaled, scaled);
      const float rest = scaled - __uint_as_float(high << 16);
      return {high, bp::ptx::pack_bf16(rest, rest)};
    } else {
      return {valid ? (ue8m0_of(i, t) + 120) * 0x00800080u : 0u, 0};
    }
  }

  /// Whether all scales are below scale_limit.
  BP_DEVICE bool usual_scales(bool valid) const {
    if constexpr (Kv::scale_bytes == 4) {
      // Positive floats are ordered as their bits.
      const unsigned first = max(scales[0], scales[1]);
      const unsigned second = max(scales[2], scales[3]);
      return !valid || max(first, second) < __float_as_uint(scale_limit);
    } else {
      // Code 134 is 2^7.
      return !valid || (__vcmpgtu4(scales[0], 0x85858585u) |
                        __vcmpgtu4(scales[1] & 0xffffffu, 0x858585u)) == 0;
    }
  }

  template <class Convert>
  BP_DEVICE void store_chunk(unsigned char* row, int i, int t, const Convert& convert) const {
    BP_UNROLL for (int half = 0; half < 2; ++half) {
      const unsigned first = codes[i][half * 2];
      const unsigned second = codes[i][half * 2 + 1];
      *reinterpret_cast<uint4*>(row + run_of_chunk<Kv>(i, t, half) * 16) =
          make_uint4(convert(spread_codes<true>(first)), convert(spread_codes<false>(first)),
                     convert(spread_codes<true>(second)), convert(spread_codes<false>(second)));
    }
  }

  /// Converts and writes to the token's row; zeros if it is not `valid`.
  BP_DEVICE void store(unsigned char* row, int t, bool valid) const {
    if (usual_scales(valid)) {
      BP_UNROLL for (int i = 0; i < most_chunks<Kv>; ++i) {
        if (!is_whole<Kv>(i) && i >= chunks_of<Kv>(t)) continue;
        const GroupScale by = group_scale(i, t, valid);
        store_chunk(row, i, t, [&](unsigned spread) { return to_bf16x2<Kv>(spread, by); });
      }
    } else {
      BP_UNROLL for (int i = 0; i < most_chunks<Kv>; ++i) {
        if (!is_whole<Kv>(i) && i >= chunks_of<Kv>(t)) continue;
        const float by = scale(i, t, valid);
        store_chunk(row, i, t, [&](unsigned spread) { return to_bf16x2_in_fp32(spread, by); });
      }
    }
    *reinterpret_cast<uint4*>(row + Kv::nope_width * 2 + t * 16) =
        valid ? make_uint4(rope[0], rope[1], rope[2], rope[3]) : make_uint4(0, 0, 0, 0);
  }
};

}  // namespace bp::mla
