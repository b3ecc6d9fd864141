#include "kernels/mla/sparse_decode_problem.h"

#include <algorithm>
#include <array>
#include <climits>
#include <cmath>
#include <cstring>
#include <limits>
#include <numeric>

#include "kernels/mla/decode_problem.h"
#include "kernels/mla/sparse_decode_params.h"
#include "kernels/reference/bf16.h"
#include "kernels/reference/parallel.h"
#include "probes/features/host.h"

namespace bp::mla {
namespace {

// Distinct tokens: the slots of large caches repeat them, which makes filling a cache a copy.
constexpr std::size_t most_distinct_tokens = 4096;
constexpr int free_pages = 1;
constexpr int few_candidates = 16;
constexpr float query_of_few_candidates = 1;

template <typename T>
void shuffle(std::span<T> values, Random& random) {
  for (std::size_t i = values.size(); i > 1; --i) {
    std::swap(values[i - 1],
              values[static_cast<std::size_t>(random.between(0, static_cast<int>(i) - 1))]);
  }
}

std::vector<std::uint16_t> uniform_bf16(std::size_t count, float magnitude, std::uint64_t seed) {
  Random random(seed);
  std::vector<std::uint16_t> values(count);
  for (std::uint16_t& value : values) {
    value = to_bf16(static_cast<float>(random.unit()) * magnitude);
  }
  return values;
}

/// Packed tokens, each a page of its own.
struct TokenBank {
  KvLayout layout;
  std::size_t stride;
  std::vector<std::uint8_t> pages;

  TokenBank(const SparseDecodeShape& shape, std::size_t count, std::uint64_t seed, float magnitude)
      : layout(shape.layout), stride(static_cast<std::size_t>(page_bytes_of(layout, 1))) {
    pages.resize(count * stride);
    parallel_for(static_cast<int>(count), [&](int i) {
      const auto values = uniform_bf16(static_cast<std::size_t>(key_width_of(layout)), magnitude,
                                       seed + static_cast<std::uint64_t>(i) * 0x9e3779b9u);
      pack_token(layout, shape.scales, values, pages.data() + static_cast<std::size_t>(i) * stride,
                 1, 0);
    });
  }

  void copy(std::size_t which, std::uint8_t* page, int page_tokens, int token) const {
    const std::uint8_t* from = pages.data() + which * stride;
    with_layout(layout, [&](auto kv) {
      using Kv = decltype(kv);
      std::memcpy(page + Kv::nope_at(page_tokens, token), from + Kv::nope_at(1, 0), Kv::nope_width);
      std::memcpy(page + Kv::scales_at(page_tokens, token), from + Kv::scales_at(1, 0),
                  Kv::groups * Kv::scale_bytes);
      std::memcpy(page + Kv::rope_at(page_tokens, token), from + Kv::rope_at(1, 0), rope_width * 2);
    });
  }
};

/// What masked candidates may look like.
std::int32_t no_slot(Random& random, int slots) {
  const std::array values{-1, -1, slots, unused_page, INT_MIN, INT_MAX};
  return values[static_cast<std::size_t>(random.between(0, static_cast<int>(values.size()) - 1))];
}

SparsePoolInputs make_pool(const SparseDecodeShape& shape, const SparsePoolShape& pool,
                           std::uint64_t seed, float magnitude) {
  SparsePoolInputs inputs;
  if (pool.topk == 0) return inputs;
  Random random(seed);
  const auto pages_of = [&](int context) {
    return (context + pool.page_tokens - 1) / pool.page_tokens;
  };
  inputs.pages = free_pages;
  for (const int context : pool.contexts) inputs.pages += pages_of(context);
  const int slots = inputs.pages * pool.page_tokens;
  std::vector<std::int32_t> order(static_cast<std::size_t>(inputs.pages));
  std::iota(order.begin(), order.end(), 0);
  shuffle(std::span(order), random);

  const auto batch = pool.contexts.size();
  const auto topk = static_cast<std::size_t>(pool.topk);
  inputs.indices.reserve(batch * static_cast<std::size_t>(shape.s_q) * topk);
  std::vector<bool> named(static_cast<std::size_t>(slots));
  std::size_t next_page = free_pages;  // order[0] stays free
  for (std::size_t request = 0; request < batch; ++request) {
    const int context = pool.contexts[request];
    std::vector<std::int32_t> tokens(static_cast<std::size_t>(context));
    for (int t = 0; t < context; ++t) {
      tokens[static_cast<std::size_t>(t)] =
          order[next_page + static_cast<std::size_t>(t / pool.page_tokens)] * pool.page_tokens +
          t % pool.page_tokens;
    }
    next_page += static_cast<std::size_t>(pages_of(context));
    int length = pool.topk;
    if (pool.lengths) {
      length = request == 0 ? pool.topk + 5 : request == 1 ? 0 : random.between(1, pool.topk);
      inputs.topk_length.push_back(length);
    }
    for (int i = 0; i < shape.s_q; ++i) {
      for (int j = 0; j < pool.topk; ++j) {
        std::int32_t index = no_slot(random, slots);
        if (j < context) {
          const int other = random.between(j, context - 1);
          std::swap(tokens[static_cast<std::size_t>(j)], tokens[static_cast<std::size_t>(other)]);
          index = tokens[static_cast<std::size_t>(j)];
        }
        if (random.unit() < shape.masked * 2 - 1) index = no_slot(random, slots);
        if (j >= length) {
          index = order[0] * pool.page_tokens + j % pool.page_tokens;
        } else if (index >= 0 && index < slots) {
          named[static_cast<std::size_t>(index)] = true;
        }
        inputs.indices.push_back(index);
      }
    }
  }
  inputs.named_slots = static_cast<std::size_t>(std::ranges::count(named, true));

  const auto page_bytes = static_cast<std::size_t>(page_bytes_of(shape.layout, pool.page_tokens));
  inputs.cache.resize(static_cast<std::size_t>(inputs.pages) * page_bytes);
  const TokenBank bank(shape, std::clamp<std::size_t>(inputs.named_slots, 1, most_distinct_tokens),
                       random.next(), magnitude);
  const std::size_t distinct = bank.pages.size() / bank.stride;
  parallel_for(inputs.pages, [&](int page) {
    std::uint8_t* bytes = inputs.cache.data() + static_cast<std::size_t>(page) * page_bytes;
    std::memset(bytes, 0xff, page_bytes);  // NaN, see poison_token
    for (int token = 0; token < pool.page_tokens; ++token) {
      const auto slot =
          static_cast<std::size_t>(page) * static_cast<std::size_t>(pool.page_tokens) +
          static_cast<std::size_t>(token);
      // An odd factor, so that neighbours differ from those a fixed distance away.
      if (named[slot]) bank.copy(slot * 2654435761u % distinct, bytes, pool.page_tokens, token);
    }
  });
  return inputs;
}

std::vector<float> make_sinks(SinkKind kind, int heads, Random& random) {
  std::vector<float> sinks;
  if (kind == SinkKind::none) return sinks;
  constexpr float infinity = std::numeric_limits<float>::infinity();
  for (int head = 0; head < heads; ++head) {
    // About the size of the LSE of a thousand candidates.
    const auto value = static_cast<float>(random.unit() * 4 + 6);
    const bool special = kind == SinkKind::extreme && head % 3 != 2;
    sinks.push_back(special ? (head % 3 == 0 ? -infinity : infinity) : value);
  }
  return sinks;
}

SparsePoolView view(const SparsePoolShape& shape, const SparsePoolInputs& inputs) {
  return {inputs.cache, inputs.indices,    inputs.topk_length,
          inputs.pages, shape.page_tokens, shape.topk};
}

}  // namespace

int SparseDecodeInputs::candidates(const SparsePoolShape& of, const SparsePoolInputs& inputs,
                                   int request) const {
  if (inputs.topk_length.empty()) return of.topk;
  return std::clamp(inputs.topk_length[static_cast<std::size_t>(request)], 0, of.topk);
}

int SparseDecodeInputs::visible(const SparsePoolShape& of, const SparsePoolInputs& inputs,
                                int query) const {
  const int slots = inputs.pages * of.page_tokens;
  const auto row =
      std::span(inputs.indices)
          .subspan(static_cast<std::size_t>(query) * static_cast<std::size_t>(of.topk),
                   static_cast<std::size_t>(candidates(of, inputs, query / shape.s_q)));
  return static_cast<int>(
      std::ranges::count_if(row, [&](std::int32_t slot) { return slot >= 0 && slot < slots; }));
}

int SparseDecodeInputs::visible(int query) const {
  return visible(shape.pool, pool, query) + visible(shape.extra, extra, query);
}

std::vector<std::int32_t> SparseDecodeInputs::blocks() const {
  std::vector<std::int32_t> blocks;
  for (int query = 0; query < queries(); ++query) {
    const int request = query / shape.s_q;
    blocks.push_back(candidate_blocks(candidates(shape.pool, pool, request)) +
                     candidate_blocks(candidates(shape.extra, extra, request)));
  }
  return blocks;
}

SparseDecodeProblem SparseDecodeInputs::problem() const {
  return {shape.layout,
          batch(),
          shape.s_q,
          shape.h_q,
          scale,
          q,
          view(shape.pool, pool),
          view(shape.extra, extra),
          sink};
}

SparseDecodeInputs make_sparse_decode_inputs(const SparseDecodeShape& shape, std::uint64_t seed,
                                             const SparseDecodeRange& range) {
  Random random(seed);
  SparseDecodeInputs inputs;
  inputs.shape = shape;
  const auto width = static_cast<std::size_t>(key_width_of(shape.layout));
  inputs.scale = 1 / std::sqrt(static_cast<double>(width));
  inputs.pool = make_pool(shape, shape.pool, random.next(), range.kv);
  inputs.extra = make_pool(shape, shape.extra, random.next(), range.kv);
  inputs.sink = make_sinks(shape.sink, shape.h_q, random);

  const auto size = static_cast<std::size_t>(shape.h_q) * width;
  inputs.q.resize(static_cast<std::size_t>(inputs.queries()) * size);
  const std::uint64_t q_seed = random.next();
  parallel_for(inputs.queries(), [&](int query) {
    const float magnitude = inputs.visible(query) < few_candidates
                                ? std::min(range.q, query_of_few_candidates)
                                : range.q;
    const auto values =
        uniform_bf16(size, magnitude, q_seed + static_cast<std::uint64_t>(query) * 0x9e3779b9u);
    std::ranges::copy(values, inputs.q.begin() + static_cast<std::ptrdiff_t>(
                                                     static_cast<std::size_t>(query) * size));
  });
  return inputs;
}

}  // namespace bp::mla
