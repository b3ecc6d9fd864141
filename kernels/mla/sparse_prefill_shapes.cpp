#include "kernels/mla/sparse_prefill_shapes.h"

#include <algorithm>
#include <array>

#include "kernels/mla/sparse_prefill_params.h"

namespace bp::mla {
namespace {

struct SparsePrefillCase {
  int tokens;
  int heads;
  int width;
  int keys;
  int topk;
  std::string_view model;
};

// FlashMLA's (tests/test_flash_mla_sparse_prefill.py) for DeepSeek-V3.2 with a short and a long
// context, GLM-5, both with tensor parallelism of 8, and DeepSeek-V4's keys of 512 components.
constexpr std::array sparse_prefill_cases{
    SparsePrefillCase{4096, 128, 576, 8192, 2048, "deepseek-v3.2"},
    SparsePrefillCase{4096, 128, 576, 131072, 2048, "deepseek-v3.2"},
    SparsePrefillCase{4096, 128, 512, 32768, 1024, "deepseek-v4-pro"},
    SparsePrefillCase{4096, 64, 576, 32768, 2048, "glm-5"},
    SparsePrefillCase{4096, 64, 512, 32768, 512, "deepseek-v4-flash"},
    SparsePrefillCase{4096, 16, 576, 32768, 2048, "deepseek-v3.2"},
};

}  // namespace

std::vector<KernelShape> sparse_prefill_shapes() {
  std::vector<KernelShape> shapes;
  for (const SparsePrefillCase& c : sparse_prefill_cases) {
    shapes.push_back({"sq" + std::to_string(c.tokens) + "_h" + std::to_string(c.heads) + "_d" +
                          std::to_string(c.width) + "_skv" + std::to_string(c.keys) + "_topk" +
                          std::to_string(c.topk),
                      {c.model}});
  }
  return shapes;
}

SparsePrefillShape sparse_prefill_shape(std::size_t index) {
  const SparsePrefillCase& c = sparse_prefill_cases.at(index);
  return {.s_q = c.tokens, .h_q = c.heads, .width = c.width, .s_kv = c.keys, .topk = c.topk};
}

KernelWork sparse_prefill_work(const SparsePrefillInputs& inputs, std::string_view unit) {
  const SparsePrefillShape& shape = inputs.shape;
  const double named = inputs.named();
  const double rows = static_cast<double>(shape.s_q) * shape.h_q;
  const double keys = std::min(named, static_cast<double>(shape.s_kv));
  const double bytes = 2.0 * (keys * shape.width + rows * (shape.width + sparse_value_width)) +
                       8.0 * rows + 4.0 * shape.s_q * shape.topk;
  return {2.0 * named * shape.h_q * (shape.width + sparse_value_width), bytes, unit};
}

}  // namespace bp::mla
