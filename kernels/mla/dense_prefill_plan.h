// How dense MLA prefill is cut into the work of blocks.
#pragma once

#include <span>
#include <vector>

#include "kernels/mla/dense_prefill_params.h"

namespace bp::mla {

/// Tiles of at most 128 query tokens that cover each query of each request once, those that see
/// most keys first: the blocks that the GPU starts last are the shortest, so that all end at about
/// the same time. `cu_q`, `cu_k`: borders of the requests, as many of each.
std::vector<PrefillTile> plan_prefill(std::span<const std::int32_t> cu_q,
                                      std::span<const std::int32_t> cu_k, bool causal);

/// All heads of all tiles, dealt out to at most `blocks` blocks that run at once.
struct PrefillDeal {
  std::vector<PrefillItem> items;        // grouped by block
  std::vector<std::int32_t> item_begin;  // [blocks + 1]
  int blocks() const { return static_cast<int>(item_begin.size()) - 1; }
};

/// Goes through the heads, in each from the longest tile to the shortest, and gives each item to
/// the block that would be free first: as the GPU's own dispatch does, but known beforehand. Blocks
/// work on few heads at a time, whose K and V the L2 cache holds. `key_tile`: keys in a block's
/// step.
PrefillDeal deal_prefill(std::span<const PrefillTile> tiles, int heads, int blocks, int key_tile);

}  // namespace bp::mla
