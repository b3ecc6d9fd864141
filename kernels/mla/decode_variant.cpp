#include "kernels/mla/decode_variant.h"

#include <algorithm>

#include "kernels/mla/decode_tiling.h"

namespace bp::mla {
namespace {

// What the driver keeps for itself of each block's shared memory (CUDA Programming Guide, "Compute
// Capabilities").
constexpr int reserved_per_block = 1024;

template <class Tiling>
constexpr DecodeVariant variant(const char* entry) {
  return {entry, Tiling::rows, Tiling::threads, Tiling::shared_bytes, 1};
}

constexpr DecodeVariant rows16 = variant<DecodeTiling<1, 2>>("mla_decode_rows16_stages2");
constexpr DecodeVariant rows32 = variant<DecodeTiling<2, 2>>("mla_decode_rows32_stages2");
constexpr DecodeVariant rows32_deep = variant<DecodeTiling<2, 4>>("mla_decode_rows32_stages4");

}  // namespace

std::vector<DecodeVariant> all_variants() { return {rows16, rows32, rows32_deep}; }

DecodeVariant choose_variant(int query_rows, const GpuLimits& limits) {
  DecodeVariant chosen = rows16;
  if (query_rows > rows16.rows) {
    chosen = rows32_deep.shared_bytes <= limits.shared_per_block_optin ? rows32_deep : rows32;
  } else if (2 * (rows16.shared_bytes + reserved_per_block) <= limits.shared_per_multiprocessor) {
    chosen.blocks_per_multiprocessor = 2;  // its registers allow two as well
  }
  return chosen.shared_bytes <= limits.shared_per_block_optin ? chosen : DecodeVariant{};
}

int parts_for(const DecodeVariant& variant, int query_rows, const GpuLimits& limits) {
  const int tiles = (query_rows + variant.rows - 1) / variant.rows;
  return std::max(1, limits.multiprocessors * variant.blocks_per_multiprocessor / tiles);
}

}  // namespace bp::mla
