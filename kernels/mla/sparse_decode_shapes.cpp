#include "kernels/mla/sparse_decode_shapes.h"

#include <array>

#include "kernels/mla/decode_params.h"

namespace bp::mla {
namespace {

struct SparseCase {
  KvLayout layout;
  int batch;
  int heads;
  int query_tokens;
  int topk;
  int extra_topk;  // of KvModel1: `topk` is then the window
  int context;     // tokens of a request to pick from
  ScaleRule scales;
  std::string_view model;
};

constexpr auto pow2 = ScaleRule::power_of_two;
constexpr auto v32 = KvLayout::v32;
constexpr auto model1 = KvLayout::model1;

// Shapes of FlashMLA's tests (tests/test_flash_mla_sparse_decoding.py:102-127 at 9241ae3) and of
// tensor parallelism. Contexts are kept short enough for a cache of about 700 MB.
constexpr std::array sparse_cases{
    SparseCase{v32, 128, 128, 2, 2048, 0, 8192, pow2, "deepseek-v3.2"},
    SparseCase{v32, 128, 64, 1, 2048, 0, 8192, ScaleRule::exact, "glm-5"},
    SparseCase{v32, 128, 16, 1, 2048, 0, 8192, pow2, "deepseek-v3.2"},
    SparseCase{v32, 128, 8, 1, 2048, 0, 8192, ScaleRule::exact, "glm-5"},
    SparseCase{model1, 128, 64, 2, 128, 512, 8192, pow2, "deepseek-v4-flash"},
    SparseCase{model1, 128, 128, 2, 128, 1024, 8192, pow2, "deepseek-v4-pro"},
    SparseCase{v32, 1, 128, 1, 2048, 0, 32768, pow2, "deepseek-v3.2"},
    SparseCase{v32, 16, 128, 2, 16384, 0, 32768, pow2, ""},
};

}  // namespace

std::vector<KernelShape> sparse_decode_shapes() {
  std::vector<KernelShape> shapes;
  for (const SparseCase& c : sparse_cases) {
    std::string name = c.layout == v32 ? "v32" : "model1";
    name += "_b" + std::to_string(c.batch) + "_h" + std::to_string(c.heads) + "_sq" +
            std::to_string(c.query_tokens) + "_topk" + std::to_string(c.topk);
    if (c.extra_topk != 0) name += "+" + std::to_string(c.extra_topk);
    if (c.scales == ScaleRule::exact) name += "_anyscale";
    shapes.push_back({name, {}});
    if (!c.model.empty()) shapes.back().models.push_back(c.model);
  }
  return shapes;
}

SparseDecodeShape sparse_decode_shape(std::size_t index) {
  const SparseCase& c = sparse_cases.at(index);
  const auto batch = static_cast<std::size_t>(c.batch);
  SparseDecodeShape shape;
  shape.layout = c.layout;
  shape.s_q = c.query_tokens;
  shape.h_q = c.heads;
  shape.scales = c.scales;
  shape.pool = {c.topk, 64, std::vector<std::int32_t>(batch, c.context), false};
  if (c.extra_topk != 0) {
    // A window of the last tokens, and the compressed cache.
    shape.pool = {c.topk, 256, std::vector<std::int32_t>(batch, c.topk), false};
    shape.extra = {c.extra_topk, 64, std::vector<std::int32_t>(batch, c.context), false};
    shape.sink = SinkKind::random;
  }
  return shape;
}

KernelWork sparse_decode_work(const SparseDecodeInputs& inputs, std::string_view unit) {
  const int width = key_width_of(inputs.shape.layout);
  const double rows = static_cast<double>(inputs.queries()) * inputs.shape.h_q;
  double keys = 0;
  for (int query = 0; query < inputs.queries(); ++query) keys += inputs.visible(query);
  const double token_bytes =
      with_layout(inputs.shape.layout, [](auto kv) { return decltype(kv)::token_bytes; });
  const auto slots = static_cast<double>(inputs.pool.named_slots + inputs.extra.named_slots);
  const auto indices =
      static_cast<double>(inputs.pool.indices.size() + inputs.extra.indices.size());
  return {2.0 * inputs.shape.h_q * keys * (width + sparse_value_width),
          slots * token_bytes + indices * 4 + rows * 2 * (width + sparse_value_width), unit};
}

}  // namespace bp::mla
