// Which entry of which module computes an indexer problem on a GPU, and how it is launched.
#pragma once

#include <string>
#include <vector>

#include "kernels/dsa/indexer_problem.h"
#include "kernels/kernel.h"
#include "kernels/limits.h"

namespace bp::dsa {

struct IndexerVariant {
  std::string entry;  // empty: this path has none for the shape or the GPU
  int block_tokens = 0;
  int threads = 0;
  int shared_bytes = 0;
  int blocks_per_multiprocessor = 1;
  int query_box = 0;  // rows of a tensor map's box; 0: the entry takes no tensor maps
};

/// On mma.sync; `e4m3`: from the module for sm_89 and up.
IndexerVariant indexer_mma_sync_variant(const IndexerShape& shape, const GpuLimits& limits,
                                        bool e4m3);
IndexerVariant indexer_wgmma_variant(const IndexerShape& shape, const GpuLimits& limits);

/// All entries of the modules of a path.
std::vector<KernelEntry> indexer_mma_sync_entries();
std::vector<KernelEntry> indexer_wgmma_entries();

}  // namespace bp::dsa
