// Device entries of the lightning indexer on wgmma e4m3, for sm_90a. Names as in
// indexer_entries.cuh.
#include "kernels/dsa/indexer_wgmma.cuh"

#define BP_INDEXER_WGMMA_ENTRY(name, heads, tokens, paged)                             \
  extern "C" __global__ void __launch_bounds__(                                        \
      (bp::dsa::IndexerWgmmaTiling<heads, tokens, paged>::threads), 1)                 \
      name(const __grid_constant__ bp::dsa::IndexerWgmmaParams params) {               \
    bp::dsa_wgmma::indexer<bp::dsa::IndexerWgmmaTiling<heads, tokens, paged>>(params); \
  }

BP_INDEXER_WGMMA_ENTRY(indexer_wgmma_contiguous_h64, 64, 2, false)
BP_INDEXER_WGMMA_ENTRY(indexer_wgmma_contiguous_h32, 32, 4, false)
BP_INDEXER_WGMMA_ENTRY(indexer_wgmma_paged_h64_n1, 64, 1, true)
BP_INDEXER_WGMMA_ENTRY(indexer_wgmma_paged_h64_n2, 64, 2, true)
BP_INDEXER_WGMMA_ENTRY(indexer_wgmma_paged_h32_n1, 32, 1, true)
BP_INDEXER_WGMMA_ENTRY(indexer_wgmma_paged_h32_n2, 32, 2, true)
