// Device entries of the lightning indexer on mma.sync e4m3, for sm_89 and up. Compiled once with
// -arch=compute_89.
#include "kernels/dsa/indexer_entries.cuh"

BP_INDEXER_ENTRIES(e4m3, bp::dsa::indexer_groups_e4m3)
