#include "kernels/dsa/indexer_shapes.h"

#include <algorithm>
#include <array>

#include "kernels/dsa/indexer_params.h"

namespace bp::dsa {
namespace {

struct IndexerCase {
  int next_n;  // 0: contiguous
  int tokens;  // or requests
  int keys;
  int heads;
  bool bf16 = false;
};

// DeepSeek-V3.2 and V4 have 64 heads, GLM-5 32. Contiguous: the last 4096 tokens of 32768, and what
// DeepGEMM's tests start with. Paged: 128 requests of 32768 tokens.
constexpr std::array indexer_cases{
    IndexerCase{0, 4096, 32768, 64},
    IndexerCase{1, 128, 32768, 64},
    IndexerCase{0, 2048, 4096, 64},
    IndexerCase{0, 4096, 32768, 32},
    IndexerCase{1, 128, 32768, 32},
    IndexerCase{2, 64, 32768, 64},
    // What sm_80 and sm_86 fall back to.
    IndexerCase{0, 4096, 32768, 64, true},
    IndexerCase{1, 128, 32768, 64, true},
};

}  // namespace

std::vector<KernelShape> indexer_shapes() {
  std::vector<KernelShape> shapes;
  for (const IndexerCase& c : indexer_cases) {
    const std::string size =
        std::to_string(c.tokens) + "_sk" + std::to_string(c.keys) + "_h" + std::to_string(c.heads);
    std::vector<std::string_view> models{"glm-5"};
    if (c.heads == 64) models = {"deepseek-v3.2", "deepseek-v4-flash", "deepseek-v4-pro"};
    shapes.push_back(
        {(c.next_n == 0 ? "sq" + size : "paged_b" + size + "_sq" + std::to_string(c.next_n)) +
             (c.bf16 ? "_bf16" : ""),
         models});
  }
  return shapes;
}

std::vector<KernelShape> indexer_fp8_shapes() {
  auto shapes = indexer_shapes();
  shapes.resize(
      static_cast<std::size_t>(std::ranges::count(indexer_cases, false, &IndexerCase::bf16)));
  return shapes;
}

IndexerShape indexer_shape(std::size_t index) {
  const IndexerCase& c = indexer_cases.at(index);
  auto shape = c.next_n == 0 ? causal_indexer_shape(c.tokens, c.keys, c.heads)
                             : paged_indexer_shape(c.tokens, c.keys, c.heads, c.next_n);
  shape.bf16 = c.bf16;
  return shape;
}

KernelWork indexer_work(const IndexerShape& shape, std::string_view unit) {
  const double pairs = indexer_pairs(shape);
  const double heads = shape.heads;
  const double value = shape.bf16 ? 2 : 1;
  const double key = indexer_width * value + (shape.bf16 ? 0 : 4);
  double keys = shape.columns;
  if (shape.paged()) {
    keys = 0;
    for (int request = 0; request < shape.tokens() / shape.next_n; ++request) {
      std::int32_t longest = 0;
      for (int i = 0; i < shape.next_n; ++i) {
        longest =
            std::max(longest, shape.end[static_cast<std::size_t>(request * shape.next_n + i)]);
      }
      keys += longest;
    }
  }
  const double queries = shape.tokens() * heads * (indexer_width * value + 4);
  return {2 * pairs * heads * indexer_width, queries + keys * key + 4 * pairs, unit};
}

}  // namespace bp::dsa
