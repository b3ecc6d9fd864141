#include "kernels/mla/decode_variant.h"

#include <algorithm>

#include "kernels/mla/decode_wide_tiling.h"

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
constexpr DecodeVariant rows64 = variant<WideSmall>("mla_decode_rows64_tokens16");
constexpr DecodeVariant rows64_middle = variant<WideMiddle>("mla_decode_rows64_tokens32_stages3");
constexpr DecodeVariant rows64_large = variant<WideLarge>("mla_decode_rows64_tokens32_stages4");

}  // namespace

std::vector<DecodeVariant> all_variants() {
  return {rows16, rows32, rows32_deep, rows64, rows64_middle, rows64_large};
}

DecodeVariant choose_variant(int query_rows, const GpuLimits& limits) {
  const auto largest = [&](const DecodeVariant& large, const DecodeVariant& small) {
    return large.shared_bytes <= limits.shared_per_block_optin ? large : small;
  };
  DecodeVariant chosen = rows16;
  if (query_rows > rows32.rows) {
    chosen = largest(rows64_large, largest(rows64_middle, rows64));
  } else if (query_rows > rows16.rows) {
    chosen = largest(rows32_deep, rows32);
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
