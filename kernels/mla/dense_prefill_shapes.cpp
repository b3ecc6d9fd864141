#include "kernels/mla/dense_prefill_shapes.h"

#include <algorithm>
#include <array>
#include <set>

#include "kernels/mla/dense_prefill_params.h"

namespace bp::mla {
namespace {

struct PrefillCase {
  std::string_view name;
  int heads;
  int qk_width;
  std::vector<PrefillRequest> requests;
  bool causal = true;
};

/// DeepSeek-V3 with 128 heads and with 16, a tensor parallelism of 8; GLM-5 with 64 and 8. "mix":
/// requests of all lengths; "chunk": the last 2048 queries of 16384 tokens.
const std::vector<PrefillCase>& prefill_cases() {
  static const std::vector<PrefillCase> cases{
      {"b1_h128_s8192_192_128", 128, 192, {{8192, 8192}}},
      {"b1_h64_s8192_256_256", 64, 256, {{8192, 8192}}},
      {"b1_h16_s8192_192_128", 16, 192, {{8192, 8192}}},
      {"b8_h128_s1024_192_128", 128, 192, std::vector<PrefillRequest>(8, {1024, 1024})},
      {"mix_h128_192_128",
       128,
       192,
       {{4096, 4096}, {17, 17}, {1000, 1000}, {2500, 2500}, {1, 1}, {300, 300}, {129, 129}}},
      {"mix_h64_256_256",
       64,
       256,
       {{4096, 4096}, {17, 17}, {1000, 1000}, {2500, 2500}, {1, 1}, {300, 300}, {129, 129}}},
      {"chunk_h128_sq2048_sk16384_192_128", 128, 192, {{2048, 16384}}},
      {"b1_h128_s4096_192_128_full", 128, 192, {{4096, 4096}}, false},
      {"b1_h64_s4096_256_256_full", 64, 256, {{4096, 4096}}, false},
      {"b1_h8_s8192_256_256", 8, 256, {{8192, 8192}}},
  };
  return cases;
}

}  // namespace

std::vector<KernelShape> dense_prefill_shapes() {
  std::vector<KernelShape> shapes;
  for (const PrefillCase& c : prefill_cases()) {
    shapes.push_back(
        {std::string(c.name), {c.qk_width == 256 ? std::string_view("glm-5") : "deepseek-v3"}});
  }
  return shapes;
}

PrefillShape dense_prefill_shape(std::size_t index) {
  const PrefillCase& c = prefill_cases().at(index);
  return {c.heads, c.qk_width, c.qk_width == 256 ? 256 : 128, c.causal, c.requests};
}

std::vector<PrefillRow> sampled_prefill_rows(const PrefillInputs& inputs) {
  constexpr std::int32_t stride = 1021;  // prime: all rows of a tile get their turn
  std::set<std::int32_t> queries;
  for (std::size_t request = 0; request + 1 < inputs.cu_q.size(); ++request) {
    const std::int32_t first = inputs.cu_q[request];
    const std::int32_t end = inputs.cu_q[request + 1];
    for (const std::int32_t query :
         {first, first + prefill_rows - 1, first + prefill_rows, (first + end) / 2, end - 1}) {
      if (query >= first && query < end) queries.insert(query);
    }
  }
  for (std::int32_t query = 0; query < inputs.queries(); query += stride) queries.insert(query);
  std::vector<PrefillRow> rows;
  for (const std::int32_t head :
       std::set<std::int32_t>{0, inputs.shape.heads / 2, inputs.shape.heads - 1}) {
    for (const std::int32_t query : queries) rows.push_back({query, head});
  }
  return rows;
}

}  // namespace bp::mla
