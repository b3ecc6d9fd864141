#include "kernels/mla/dense_prefill_plan.h"

#include <algorithm>
#include <queue>

namespace bp::mla {
namespace {

/// What an item costs beside its keys, in steps: loading Q, the first scores, writing O.
constexpr std::int64_t steps_around = 1;

struct Free {
  std::int64_t at;  // steps
  std::size_t block;
  bool operator>(const Free& other) const {
    return at != other.at ? at > other.at : block > other.block;
  }
};

}  // namespace

std::vector<PrefillTile> plan_prefill(std::span<const std::int32_t> cu_q,
                                      std::span<const std::int32_t> cu_k, bool causal) {
  std::vector<PrefillTile> tiles;
  for (std::size_t request = 0; request + 1 < cu_q.size(); ++request) {
    const std::int32_t queries = cu_q[request + 1] - cu_q[request];
    const std::int32_t keys = cu_k[request + 1] - cu_k[request];
    for (std::int32_t first = 0; first < queries; first += prefill_rows) {
      tiles.push_back({.request = static_cast<std::int32_t>(request),
                       .first_query = cu_q[request] + first,
                       .rows = std::min(prefill_rows, queries - first),
                       .first_key = cu_k[request],
                       .keys = keys,
                       .first_visible = causal ? keys - (queries - 1 - first) : keys,
                       .more_visible = causal ? 1 : 0});
    }
  }
  std::ranges::sort(tiles, [](const PrefillTile& a, const PrefillTile& b) {
    const std::int32_t a_sees = a.visible(a.rows - 1);
    const std::int32_t b_sees = b.visible(b.rows - 1);
    return a_sees != b_sees ? a_sees > b_sees : a.first_query < b.first_query;
  });
  return tiles;
}

PrefillDeal deal_prefill(std::span<const PrefillTile> tiles, int heads, int blocks, int key_tile) {
  const std::size_t all = tiles.size() * static_cast<std::size_t>(heads);
  if (blocks <= 0) return {{}, {0}};
  const std::size_t used = std::min(static_cast<std::size_t>(blocks), all);
  std::priority_queue<Free, std::vector<Free>, std::greater<>> free;
  for (std::size_t block = 0; block < used; ++block) free.push({0, block});
  std::vector<std::vector<PrefillItem>> dealt(used);
  for (std::int32_t head = 0; head < heads; ++head) {
    for (std::size_t tile = 0; tile < tiles.size(); ++tile) {
      const Free first = free.top();
      free.pop();
      dealt[first.block].push_back({static_cast<std::int32_t>(tile), head});
      const std::int32_t keys = std::max(tiles[tile].visible(tiles[tile].rows - 1), 0);
      free.push({first.at + (keys + key_tile - 1) / key_tile + steps_around, first.block});
    }
  }
  PrefillDeal deal{{}, {0}};
  for (const auto& items : dealt) {
    deal.items.insert(deal.items.end(), items.begin(), items.end());
    deal.item_begin.push_back(static_cast<std::int32_t>(deal.items.size()));
  }
  return deal;
}

}  // namespace bp::mla
