// FP8 tokens from global memory through registers to bf16 rows in shared memory: the fetching warps
// of sparse_decode_mma_sync.cuh. Device code alone.
#pragma once

#include "kernels/mla/sparse_decode_tiling.h"
#include "probes/ptx/float_math.cuh"

namespace bp::mla {

/// As inline PTX: the load stays where it is written, well before its use, and the unused byte of
/// KvModel1's scales gives no reason for `.used_bytes_mask`, which PTX 7.0 does not know.
BP_DEVICE void load_words(unsigned (&r)[4], const void* address) {
  asm volatile("ld.global.nc.v4.u32 {%0,%1,%2,%3}, [%4];"
               : "=r"(r[0]), "=r"(r[1]), "=r"(r[2]), "=r"(r[3])
               : "l"(address));
}
BP_DEVICE void load_words(unsigned (&r)[2], const void* address) {
  asm volatile("ld.global.nc.v2.u32 {%0,%1}, [%2];" : "=r"(r[0]), "=r"(r[1]) : "l"(address));
}

/// Two e4m3 codes in the upper bytes of the halves of `codes` as bf16x2, each multiplied by
/// `scale_256` / 256 in fp32. A code moved right by one is f16 of the value times 2^-8, denormals
/// included: before sm_89 there is no instruction that converts. The codes of NaN become 480.
BP_DEVICE unsigned to_bf16x2(unsigned codes, float scale_256) {
  const unsigned f16x2 = (codes >> 1 & 0x3f803f80u) | (codes & 0x80008000u);
  float low;
  float high;
  asm("{\n\t.reg .b16 l, h;\n\tmov.b32 {l, h}, %2;\n\t"
      "cvt.f32.f16 %0, l;\n\tcvt.f32.f16 %1, h;\n\t}"
      : "=f"(low), "=f"(high)
      : "r"(f16x2));
  return bp::ptx::pack_bf16(low * scale_256, high * scale_256);
}

/// One thread's share of one token, on its way.
template <class Kv>
struct TokenShare {
  static constexpr int scale_words = Kv::scale_bytes == 4 ? 4 : 2;
  unsigned codes[most_chunks<Kv>][4];
  unsigned scales[scale_words];
  unsigned rope[4];
  bool valid;

  /// Starts loading; without a slot everything becomes 0.
  BP_DEVICE void load(const SparsePool& pool, std::int32_t slot, int t) {
    valid = is_slot(pool, slot);
    BP_UNROLL for (auto& chunk : codes) { BP_UNROLL for (unsigned& word : chunk) word = 0; }
    if (!valid) {
      BP_UNROLL for (unsigned& word : scales) word = 0;
      BP_UNROLL for (unsigned& word : rope) word = 0;
      return;
    }
    const int page = divide(slot, pool.page_tokens);
    const int page_tokens = static_cast<int>(pool.page_tokens.value);
    const int token = slot - page * page_tokens;
    const std::uint8_t* start = pool.cache + page * pool.page_stride;
    const std::uint8_t* nope = start + Kv::nope_at(page_tokens, token) + t * 16;
    load_words(scales, start + Kv::scales_at(page_tokens, token));
    BP_UNROLL for (int i = 0; i < most_chunks<Kv>; ++i) {
      if (i < chunks_of<Kv>(t)) load_words(codes[i], nope + i * token_threads * 16);
    }
    load_words(rope, start + Kv::rope_at(page_tokens, token) + t * 16);
  }

  /// 256 times the scale of chunk `i`. For scales up to 2^119.
  BP_DEVICE float scale_256(int i, int t) const {
    if constexpr (Kv::scale_bytes == 4) {
      return __uint_as_float(scales[i]) * 256;
    } else {
      const unsigned code = scales[i / 2] >> ((i % 2 * 2 + t / 4) * 8) & 0xffu;
      return __uint_as_float((code + 8) << 23);
    }
  }

  /// Converts and writes to the token's row.
  BP_DEVICE void store(unsigned char* row, int t) const {
    BP_UNROLL for (int i = 0; i < most_chunks<Kv>; ++i) {
      const float scale = scale_256(i, t);
      if (i >= chunks_of<Kv>(t)) continue;
      BP_UNROLL for (int half = 0; half < 2; ++half) {
        const unsigned first = codes[i][half * 2];
        const unsigned second = codes[i][half * 2 + 1];
        auto* target = reinterpret_cast<uint4*>(row + run_of_chunk<Kv>(i, t, half) * 16);
        *target = make_uint4(to_bf16x2(__byte_perm(first, 0, 0x1404), scale),
                             to_bf16x2(__byte_perm(first, 0, 0x3424), scale),
                             to_bf16x2(__byte_perm(second, 0, 0x1404), scale),
                             to_bf16x2(__byte_perm(second, 0, 0x3424), scale));
      }
    }
    *reinterpret_cast<uint4*>(row + Kv::nope_width * 2 + t * 16) =
        make_uint4(rope[0], rope[1], rope[2], rope[3]);
  }
};

/// Walks over all candidates of a part, 16 at a time, through all its segments.
struct CandidateCursor {
  const SparseDecodeParams& p;
  const int token;  // which of the 16 this thread wants
  int segment;
  const int end_segment;
  int query, block, end_block, pool_blocks, pass;

  BP_DEVICE CandidateCursor(const SparseDecodeParams& params, int part, int wanted)
      : p(params),
        token(wanted),
        segment(params.part_begin[part]),
        end_segment(params.part_begin[part + 1]),
        query(0),
        block(0),
        end_block(0),
        pool_blocks(0),
        pass(0) {
    enter();
  }

  /// The first segment from here on that has blocks.
  BP_DEVICE void enter() {
    for (; segment < end_segment; ++segment) {
      const DecodeSegment s = p.segments[segment];
      if (s.first_page == s.end_page) continue;
      query = s.request;
      block = s.first_page;
      end_block = s.end_page;
      pool_blocks = candidate_blocks(candidates(p.pool, query / p.s_q));
      return;
    }
  }

  /// Whether the candidates to come, up to the end of the block, are those of the extra pool.
  BP_DEVICE bool in_extra() const { return block >= pool_blocks; }

  /// The slot of this thread's candidate, -1 if there is none; goes on by 16 candidates.
  BP_DEVICE std::int32_t next() {
    if (segment >= end_segment) return -1;
    const SparsePool& pool = in_extra() ? p.extra : p.pool;
    const int candidate =
        (in_extra() ? block - pool_blocks : block) * candidate_block + pass * pass_tokens + token;
    std::int32_t slot = -1;
    if (candidate < candidates(pool, query / p.s_q)) {
      slot = pool.indices[static_cast<long long>(query) * pool.topk + candidate];
      if (!is_slot(pool, slot)) slot = -1;
    }
    if (++pass == candidate_block / pass_tokens) {
      pass = 0;
      if (++block == end_block) {
        ++segment;
        enter();
      }
    }
    return slot;
  }
};

}  // namespace bp::mla
