// Split-KV: which part of the GPU walks over which pages of which request. As FlashMLA's scheduler
// (csrc/smxx/decode/get_decoding_sched_meta at 9241ae3): all parts get the same number of pages,
// counting a fixed overhead for every piece, and pieces may end within a request.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "kernels/mla/decode_params.h"

namespace bp::mla {

struct DecodePlan {
  std::vector<DecodeSegment>
      segments;  // grouped by part; each request's pages exactly once, in order
  std::vector<std::int32_t> part_begin;  // [parts + 1]
  std::vector<std::int32_t>
      split_begin;  // [batch + 1]: partial slots of each request, none where it is not cut
  int parts() const { return static_cast<int>(part_begin.size()) - 1; }
  int partials() const { return split_begin.back(); }
};

/// Starting and ending a piece costs about as much as this many pages.
inline constexpr int piece_overhead_pages = 5;

/// At most `parts` (>= 1) parts. A request of length 0 gets one piece without pages, which writes
/// its result.
DecodePlan plan_decode(std::span<const std::int32_t> seqlens, int parts,
                       int overhead = piece_overhead_pages);

}  // namespace bp::mla
