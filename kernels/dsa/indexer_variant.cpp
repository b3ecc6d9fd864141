#include "kernels/dsa/indexer_variant.h"

#include <algorithm>
#include <string>

#include "kernels/dsa/indexer_tiling.h"
#include "kernels/dsa/indexer_wgmma_tiling.h"

namespace bp::dsa {
namespace {

// What the driver keeps for itself of each block's shared memory (CUDA Programming Guide, "Compute
// Capabilities").
constexpr int reserved_by_driver = 1024;

std::string kind_of(const IndexerShape& shape) {
  const std::string heads = "_h" + std::to_string(shape.heads);
  return shape.paged() ? "_paged" + heads + "_n" + std::to_string(shape.next_n)
                       : "_contiguous" + heads;
}

bool has_entry(const IndexerShape& shape) {
  return (shape.heads == 32 || shape.heads == 64) && shape.next_n <= 2;
}

template <class Tiling>
IndexerVariant of_tiling() {
  IndexerVariant variant;
  variant.block_tokens = Tiling::block_tokens;
  variant.threads = Tiling::threads;
  variant.shared_bytes = Tiling::shared_bytes;
  if constexpr (requires { Tiling::query_tiles; }) {
    variant.query_box = Tiling::columns;
  } else {
    variant.blocks_per_multiprocessor = Tiling::blocks_per_multiprocessor;
  }
  return variant;
}

template <IndexerArithmetic arithmetic, int groups>
IndexerVariant mma_sync_tiling(const IndexerShape& shape) {
  const bool many = shape.heads == 64;
  switch (shape.next_n) {
    case 1:
      return many ? of_tiling<IndexerTiling<arithmetic, 64, 1, 1, true>>()
                  : of_tiling<IndexerTiling<arithmetic, 32, 1, 1, true>>();
    case 2:
      return many ? of_tiling<IndexerTiling<arithmetic, 64, 1, 2, true>>()
                  : of_tiling<IndexerTiling<arithmetic, 32, 2, 1, true>>();
    default:
      return many ? of_tiling<IndexerTiling<arithmetic, 64, 1, groups, false>>()
                  : of_tiling<IndexerTiling<arithmetic, 32, 2, groups, false>>();
  }
}

}  // namespace

IndexerVariant indexer_mma_sync_variant(const IndexerShape& shape, const GpuLimits& limits,
                                        bool e4m3) {
  if (!has_entry(shape)) return {};
  IndexerVariant variant;
  const char* arithmetic = "bf16";
  if (shape.bf16) {
    variant = mma_sync_tiling<IndexerArithmetic::bf16, indexer_groups_16bit>(shape);
  } else if (e4m3) {
    variant = mma_sync_tiling<IndexerArithmetic::e4m3, indexer_groups_e4m3>(shape);
    arithmetic = "e4m3";
  } else {
    variant = mma_sync_tiling<IndexerArithmetic::f16, indexer_groups_16bit>(shape);
    arithmetic = "f16";
  }
  if (variant.shared_bytes > limits.shared_per_block_optin) return {};
  variant.blocks_per_multiprocessor =
      std::min(variant.blocks_per_multiprocessor,
               limits.shared_per_multiprocessor / (variant.shared_bytes + reserved_by_driver));
  variant.entry = std::string("indexer_") + arithmetic + kind_of(shape);
  return variant;
}

IndexerVariant indexer_wgmma_variant(const IndexerShape& shape, const GpuLimits& limits) {
  if (!has_entry(shape) || shape.bf16) return {};
  const bool many = shape.heads == 64;
  IndexerVariant variant;
  switch (shape.next_n) {
    case 1:
      variant = many ? of_tiling<IndexerWgmmaTiling<64, 1, true>>()
                     : of_tiling<IndexerWgmmaTiling<32, 1, true>>();
      break;
    case 2:
      variant = many ? of_tiling<IndexerWgmmaTiling<64, 2, true>>()
                     : of_tiling<IndexerWgmmaTiling<32, 2, true>>();
      break;
    default:
      variant = many ? of_tiling<IndexerWgmmaTiling<64, 2, false>>()
                     : of_tiling<IndexerWgmmaTiling<32, 4, false>>();
  }
  if (variant.shared_bytes > limits.shared_per_block_optin) return {};
  variant.entry = "indexer_wgmma" + kind_of(shape);
  return variant;
}

namespace {

constexpr GpuLimits no_limits{1, 1 << 30, 1 << 30};

template <typename Choose>
void add_indexer_entries(const Choose& choose, bool bf16, std::vector<KernelEntry>& entries) {
  for (const int heads : {64, 32}) {
    for (const int next_n : {0, 1, 2}) {
      IndexerShape shape;
      shape.bf16 = bf16;
      shape.heads = heads;
      shape.next_n = next_n;
      const IndexerVariant variant = choose(shape);
      entries.push_back({variant.entry, variant.threads, variant.shared_bytes});
    }
  }
}

}  // namespace

std::vector<KernelEntry> indexer_mma_sync_entries() {
  std::vector<KernelEntry> entries;
  for (const bool e4m3 : {false, true}) {
    const auto choose = [&](const IndexerShape& shape) {
      return indexer_mma_sync_variant(shape, no_limits, e4m3);
    };
    add_indexer_entries(choose, false, entries);
    if (!e4m3) add_indexer_entries(choose, true, entries);
  }
  return entries;
}

std::vector<KernelEntry> indexer_wgmma_entries() {
  std::vector<KernelEntry> entries;
  add_indexer_entries(
      [](const IndexerShape& shape) { return indexer_wgmma_variant(shape, no_limits); }, false,
      entries);
  return entries;
}

}  // namespace bp::dsa
