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
};

std::vector<DecodeVariant> all_variants();

/// nullptr entry: no variant fits into the GPU's shared memory.
DecodeVariant choose_variant(int query_rows, const GpuLimits& limits);

/// How many parts the work is cut into so that all blocks run at once.
int parts_for(const DecodeVariant& variant, int query_rows, const GpuLimits& limits);

}  // namespace bp::mla
