// The entries of the modules of dsa.indexer.mma_sync. Names: indexer_{arithmetic}_{contiguous |
// paged}_h{heads}[_n{tokens of a request}].
#pragma once

#include "kernels/dsa/indexer_mma_sync.cuh"

// One entry: a template has no name that a host could ask for.
#define BP_INDEXER_ENTRY(name, arithmetic, heads, tokens, groups, paged)                     \
  extern "C" __global__ void __launch_bounds__(                                              \
      (bp::dsa::IndexerTiling<bp::dsa::IndexerArithmetic::arithmetic, heads, tokens, groups, \
                              paged>::threads),                                              \
      (bp::dsa::IndexerTiling<bp::dsa::IndexerArithmetic::arithmetic, heads, tokens, groups, \
                              paged>::least_blocks))                                         \
      name(const __grid_constant__ bp::dsa::IndexerParams params) {                          \
    bp::dsa_mma_sync::indexer<bp::dsa::IndexerTiling<bp::dsa::IndexerArithmetic::arithmetic, \
                                                     heads, tokens, groups, paged>>(params); \
  }

#define BP_INDEXER_ENTRIES(arithmetic, groups)                                              \
  BP_INDEXER_ENTRY(indexer_##arithmetic##_contiguous_h64, arithmetic, 64, 1, groups, false) \
  BP_INDEXER_ENTRY(indexer_##arithmetic##_contiguous_h32, arithmetic, 32, 2, groups, false) \
  BP_INDEXER_ENTRY(indexer_##arithmetic##_paged_h64_n1, arithmetic, 64, 1, 1, true)         \
  BP_INDEXER_ENTRY(indexer_##arithmetic##_paged_h64_n2, arithmetic, 64, 1, 2, true)         \
  BP_INDEXER_ENTRY(indexer_##arithmetic##_paged_h32_n1, arithmetic, 32, 1, 1, true)         \
  BP_INDEXER_ENTRY(indexer_##arithmetic##_paged_h32_n2, arithmetic, 32, 2, 1, true)
