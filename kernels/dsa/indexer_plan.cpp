#include "kernels/dsa/indexer_plan.h"

#include <algorithm>

namespace bp::dsa {
namespace {

// What a segment costs beside its tiles, in tiles: queries and weights, and the fill.
constexpr std::int64_t segment_cost = 2;

struct Tiles {
  std::int32_t begin;
  std::int32_t end;
};

/// Tiles that any of the tokens sees; empty: none.
Tiles seen_tiles(std::span<const std::int32_t> first, std::span<const std::int32_t> end,
                 int columns) {
  std::int32_t low = columns;
  std::int32_t high = 0;
  for (std::size_t i = 0; i < first.size(); ++i) {
    if (first[i] >= end[i]) continue;
    low = std::min(low, first[i]);
    high = std::max(high, end[i]);
  }
  if (low >= high) return {0, 0};
  return {low / indexer_tile, (high + indexer_tile - 1) / indexer_tile};
}

}  // namespace

IndexerPlan plan_indexer(std::span<const std::int32_t> first, std::span<const std::int32_t> end,
                         int block_tokens, int columns, int parts) {
  const auto per_block = static_cast<std::size_t>(block_tokens);
  std::vector<Tiles> blocks;
  std::int64_t total = 0;
  for (std::size_t token = 0; token < first.size(); token += per_block) {
    const std::size_t count = std::min(per_block, first.size() - token);
    blocks.push_back(seen_tiles(first.subspan(token, count), end.subspan(token, count), columns));
    total += blocks.back().end - blocks.back().begin + segment_cost;
  }
  // A cut loads the queries twice, and a part may end as soon as there is no room for a tile.
  const std::int64_t share = (total + parts - 1) / parts + 2 * segment_cost;

  IndexerPlan plan;
  plan.part_begin.push_back(0);
  std::int64_t left = share;
  const auto close_part = [&] {
    plan.part_begin.push_back(static_cast<std::int32_t>(plan.segments.size()));
    left = share;
  };
  for (std::size_t block = 0; block < blocks.size(); ++block) {
    const Tiles tiles = blocks[block];
    std::int32_t next = tiles.begin;
    do {
      if (left <= segment_cost &&
          plan.part_begin.back() < static_cast<std::int32_t>(plan.segments.size())) {
        close_part();
      }
      const std::int64_t room = std::max<std::int64_t>(1, left - segment_cost);
      const auto stop = static_cast<std::int32_t>(std::min<std::int64_t>(tiles.end, next + room));
      // The first and the last segment of a block write the columns beside all of its tiles.
      plan.segments.push_back({static_cast<std::int32_t>(block), next, stop,
                               next == tiles.begin ? 0 : next * indexer_tile,
                               stop == tiles.end ? columns : stop * indexer_tile});
      left -= stop - next + segment_cost;
      next = stop;
    } while (next < tiles.end);
  }
  if (plan.part_begin.back() < static_cast<std::int32_t>(plan.segments.size())) close_part();
  return plan;
}

}  // namespace bp::dsa
