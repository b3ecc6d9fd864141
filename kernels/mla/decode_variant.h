// Which of the mma_sync decode kernel's entries suits a shape and a GPU.
#pragma once

#include <vector>

#include "kernels/limits.h"

namespace bp::mla {

struct DecodeVariant {
  const char* entry = nullptr;
  int rows = 0;  // query rows of a block
  int threads = 0;
  int shared_bytes = 0;
  int blocks_per_multiprocessor = 1;
  bool early_combine = false;  // the combine waits by itself for the decode
  bool copies_by_tma = false;  // the entry's second parameter is a tensor map of the cache
};

std::vector<DecodeVariant> all_variants();

/// nullptr entry: no variant fits into the GPU's shared memory.
DecodeVariant choose_variant(int query_rows, const GpuLimits& limits);

/// How many parts the work is cut into so that all blocks run at once.
int parts_for(const DecodeVariant& variant, int query_rows, const GpuLimits& limits);

}  // namespace bp::mla
