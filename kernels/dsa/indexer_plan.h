// How the work of an indexer launch is cut: tiles of keys that no token of a block sees are left
// out, and the rest goes to the thread blocks in equal shares. No logit needs two of them, so that
// a cut costs no more than loading the queries once more.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "kernels/dsa/indexer_params.h"

namespace bp::dsa {

struct IndexerPlan {
  std::vector<IndexerSegment> segments;
  std::vector<std::int32_t> part_begin;  // parts + 1
  int parts() const { return static_cast<int>(part_begin.size()) - 1; }
  bool operator==(const IndexerPlan&) const = default;
};
inline bool operator==(const IndexerSegment& a, const IndexerSegment& b) {
  return a.block == b.block && a.begin == b.begin && a.end == b.end &&
         a.write_begin == b.write_begin && a.write_end == b.write_end;
}

/// `first` and `end`: of each token. Fewer parts where there are fewer tiles and blocks.
IndexerPlan plan_indexer(std::span<const std::int32_t> first, std::span<const std::int32_t> end,
                         int block_tokens, int columns, int parts);

}  // namespace bp::dsa
