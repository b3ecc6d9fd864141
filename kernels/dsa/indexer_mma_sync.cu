// Device entries of the lightning indexer on mma.sync for sm_80 and up: e4m3 as f16, and bf16.
// Compiled once with -arch=compute_80.
#include "kernels/dsa/indexer_entries.cuh"

BP_INDEXER_ENTRIES(f16, bp::dsa::indexer_groups_16bit)
BP_INDEXER_ENTRIES(bf16, bp::dsa::indexer_groups_16bit)
