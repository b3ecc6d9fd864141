#include "kernels/mla/decode_problem.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "kernels/mla/decode_params.h"
#include "kernels/reference/bf16.h"
#include "kernels/reference/parallel.h"
#include "probes/features/host.h"

namespace bp::mla {
namespace {

constexpr int spare_pages = 2;

int pages_of(int seqlen) { return (seqlen + page_tokens - 1) / page_tokens; }

// The sum of few keys' exponentials can come close to 1, its logarithm close to 0, where FlashMLA's
// absolute limit of 1e-6 is finer than what a sum in fp32 of logits larger than this can hold.
constexpr int few_keys = 16;
constexpr float query_of_few_keys = 1;

/// A stretch of values that is filled on its own, with its own seed: the result does not depend on
/// the threads.
struct Stretch {
  std::span<std::uint16_t> values;
  std::uint64_t seed;
  float magnitude;
};

void fill(const Stretch& stretch) {
  Random random(stretch.seed);
  for (std::uint16_t& value : stretch.values) {
    value = to_bf16(static_cast<float>(random.unit()) * stretch.magnitude);
  }
}

}  // namespace

double least_bytes(const DecodeShape& shape) {
  const auto keys = std::accumulate(shape.seqlens.begin(), shape.seqlens.end(), 0.0);
  const double rows = static_cast<double>(shape.seqlens.size()) * shape.h_q * shape.s_q;
  return sizeof(std::uint16_t) * (keys * key_width + rows * (key_width + value_width));
}

std::size_t DecodeInputs::key_at(int request, int token) const {
  const auto entry = static_cast<std::size_t>(request * max_pages + token / page_tokens);
  const auto row = static_cast<std::size_t>(block_table[entry]) * page_tokens +
                   static_cast<std::size_t>(token % page_tokens);
  return row * key_width;
}

DenseDecodeProblem DecodeInputs::problem() const {
  return {batch(), shape.s_q, shape.h_q,   shape.causal, scale,
          q,       cache,     block_table, max_pages,    shape.seqlens};
}

DecodeInputs make_decode_inputs(const DecodeShape& shape, std::uint64_t seed,
                                const DecodeRange& range) {
  Random random(seed);
  DecodeInputs inputs;
  inputs.shape = shape;
  inputs.scale = 1 / std::sqrt(static_cast<double>(key_width));
  inputs.pages = spare_pages;
  for (const int seqlen : shape.seqlens) {
    inputs.pages += pages_of(seqlen);
    inputs.max_pages = std::max(inputs.max_pages, pages_of(seqlen));
  }
  inputs.max_pages += 1;  // so that every table has an unused entry

  std::vector<std::int32_t> order(static_cast<std::size_t>(inputs.pages));
  std::iota(order.begin(), order.end(), 0);
  for (std::size_t i = order.size(); i > 1; --i) {
    std::swap(order[i - 1],
              order[static_cast<std::size_t>(random.between(0, static_cast<int>(i) - 1))]);
  }

  const auto batch = static_cast<std::size_t>(inputs.batch());
  const auto query_size = static_cast<std::size_t>(inputs.query_rows()) * key_width;
  inputs.q.resize(batch * query_size);
  inputs.cache.assign(order.size() * page_tokens * key_width, bf16_nan);
  inputs.block_table.assign(batch * static_cast<std::size_t>(inputs.max_pages), unused_page);
  std::vector<Stretch> stretches;
  std::size_t next = 0;
  for (int request = 0; request < inputs.batch(); ++request) {
    const int seqlen = shape.seqlens[static_cast<std::size_t>(request)];
    stretches.push_back(
        {std::span(inputs.q).subspan(static_cast<std::size_t>(request) * query_size, query_size),
         random.next(), seqlen < few_keys ? std::min(range.q, query_of_few_keys) : range.q});
    for (int page = 0; page < pages_of(seqlen); ++page) {
      inputs.block_table[static_cast<std::size_t>(request * inputs.max_pages + page)] =
          order[next++];
      const int tokens = std::min(page_tokens, seqlen - page * page_tokens);
      stretches.push_back({std::span(inputs.cache)
                               .subspan(inputs.key_at(request, page * page_tokens),
                                        static_cast<std::size_t>(tokens) * key_width),
                           random.next(), range.k});
    }
  }
  parallel_for(static_cast<int>(stretches.size()),
               [&](int i) { fill(stretches[static_cast<std::size_t>(i)]); });
  return inputs;
}

}  // namespace bp::mla
