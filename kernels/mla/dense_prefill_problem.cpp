#include "kernels/mla/dense_prefill_problem.h"

#include <algorithm>
#include <cmath>

#include "kernels/reference/bf16.h"
#include "kernels/reference/parallel.h"
#include "probes/features/host.h"

namespace bp::mla {
namespace {

constexpr std::int32_t few_prefill_keys = 16;
constexpr float query_of_few_prefill_keys = 0.25f;

/// All heads of a token are filled with a seed of their own: the result does not depend on the
/// threads.
template <typename Magnitude>
std::vector<std::uint16_t> random_rows(std::int32_t tokens, int width, std::uint64_t seed,
                                       const Magnitude& magnitude) {
  const auto row = static_cast<std::size_t>(width);
  std::vector<std::uint16_t> values(static_cast<std::size_t>(tokens) * row);
  parallel_for(tokens, [&](int token) {
    Random random(seed + static_cast<std::uint64_t>(token) * 0x9e3779b97f4a7c15u);
    const float largest = magnitude(token) * 0x1p-15f;
    std::uint64_t bits = 0;
    for (std::size_t i = 0; i < row; ++i) {
      bits = i % 4 == 0 ? random.next() : bits >> 16;
      const auto integer = static_cast<std::int16_t>(bits & 0xffff);
      values[static_cast<std::size_t>(token) * row + i] =
          to_bf16(static_cast<float>(integer) * largest);
    }
  });
  return values;
}

}  // namespace

DensePrefillProblem PrefillInputs::problem() const {
  return {shape.heads, shape.qk_width, shape.v_width, shape.causal, scale, q, k, v, cu_q, cu_k};
}

PrefillInputs make_prefill_inputs(const PrefillShape& shape, std::uint64_t seed,
                                  const PrefillRange& range) {
  Random random(seed);
  PrefillInputs inputs;
  inputs.shape = shape;
  inputs.scale = 1 / std::sqrt(static_cast<double>(shape.qk_width));
  inputs.cu_q = {0};
  inputs.cu_k = {0};
  std::vector<std::int32_t> sees;  // of each query
  for (const PrefillRequest& request : shape.requests) {
    for (std::int32_t i = 0; i < request.queries; ++i) {
      sees.push_back(shape.causal ? request.keys - (request.queries - 1 - i) : request.keys);
    }
    inputs.cu_q.push_back(inputs.cu_q.back() + request.queries);
    inputs.cu_k.push_back(inputs.cu_k.back() + request.keys);
  }
  inputs.q =
      random_rows(inputs.cu_q.back(), shape.heads * shape.qk_width, random.next(), [&](int token) {
        return sees[static_cast<std::size_t>(token)] < few_prefill_keys
                   ? std::min(range.q, query_of_few_prefill_keys)
                   : range.q;
      });
  inputs.k = random_rows(inputs.cu_k.back(), shape.heads * shape.qk_width, random.next(),
                         [&](int) { return range.k; });
  inputs.v = random_rows(inputs.cu_k.back(), shape.heads * shape.v_width, random.next(),
                         [&](int) { return range.v; });
  return inputs;
}

double visible_pairs(const PrefillShape& shape) {
  double pairs = 0;
  for (const auto& [queries, keys] : shape.requests) {
    if (!shape.causal) {
      pairs += static_cast<double>(queries) * keys;
      continue;
    }
    // The last `seeing` queries see keys - seeing + 1 .. keys.
    const double seeing = std::min(queries, keys);
    pairs += seeing * keys - seeing * (seeing - 1) / 2;
  }
  return pairs;
}

KernelWork dense_prefill_work(const PrefillShape& shape, std::string_view unit) {
  double queries = 0;
  double keys = 0;
  for (const auto& request : shape.requests) {
    queries += request.queries;
    keys += request.keys;
  }
  const double widths = shape.qk_width + shape.v_width;
  return {2 * visible_pairs(shape) * shape.heads * widths,
          shape.heads * ((queries + keys) * widths * 2 + queries * 4), unit};
}

}  // namespace bp::mla
