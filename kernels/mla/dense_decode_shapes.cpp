#include "kernels/mla/dense_decode_shapes.h"

#include <algorithm>
#include <array>

#include "kernels/mla/decode_params.h"

namespace bp::mla {
namespace {

struct Case {
  int batch;
  int heads;
  int query_tokens;
  int keys;
};

// The shapes that FlashMLA and others publish: DeepSeek-V3 with 128 heads, GLM-5 with 64, 16 and 8
// with tensor parallelism of 8; and one long request.
constexpr std::array cases{
    Case{128, 16, 1, 4096},  Case{128, 64, 1, 4096},  Case{128, 128, 1, 4096},
    Case{128, 128, 2, 4096}, Case{128, 128, 2, 8192}, Case{1, 128, 1, 65536},
    Case{1, 16, 1, 131072},  Case{128, 8, 1, 4096},   Case{64, 16, 1, 16384},
};

std::vector<std::string_view> models_of(int heads) {
  if (heads == 8) return {"glm-5"};
  if (heads == 64) return {"glm-5"};
  return {"deepseek-v3"};
}

double operations(const DecodeShape& shape) {
  double keys = 0;
  // Bottom-right causal: on average (s_q - 1) / 2 keys fewer.
  for (const int seqlen : shape.seqlens) {
    keys += seqlen - (shape.causal ? (shape.s_q - 1) * 0.5 : 0.0);
  }
  return 2.0 * shape.h_q * shape.s_q * keys * (key_width + value_width);
}

}  // namespace

std::vector<KernelShape> dense_decode_shapes() {
  std::vector<KernelShape> shapes;
  for (const Case& c : cases) {
    shapes.push_back({"b" + std::to_string(c.batch) + "_h" + std::to_string(c.heads) + "_sq" +
                          std::to_string(c.query_tokens) + "_sk" + std::to_string(c.keys),
                      models_of(c.heads)});
  }
  return shapes;
}

DecodeShape dense_decode_shape(std::size_t index) {
  const Case& c = cases.at(index);
  return {c.query_tokens, c.heads, c.query_tokens > 1,
          std::vector<std::int32_t>(static_cast<std::size_t>(c.batch), c.keys)};
}

KernelWork dense_decode_work(const DecodeShape& shape, std::string_view unit) {
  return {operations(shape), least_bytes(shape), unit};
}

std::vector<int> sampled_requests(int batch) {
  std::vector<int> sample{0, batch / 2, batch - 1};
  const auto repeated = std::ranges::unique(sample);
  sample.erase(repeated.begin(), repeated.end());
  return sample;
}

}  // namespace bp::mla
