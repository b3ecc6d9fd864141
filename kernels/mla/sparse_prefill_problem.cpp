#include "kernels/mla/sparse_prefill_problem.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <stdexcept>

#include "kernels/reference/bf16.h"
#include "kernels/reference/parallel.h"
#include "probes/features/host.h"

namespace bp::mla {
namespace {

constexpr int few_entries = 16;

std::size_t position(int value) { return static_cast<std::size_t>(value); }

/// `rows` rows of random values, each with a seed of its own: the result does not depend on the
/// threads.
void fill_rows(std::span<std::uint16_t> values, int rows, std::uint64_t seed, float magnitude) {
  if (rows == 0) return;
  const std::size_t width = values.size() / position(rows);
  parallel_for(rows, [&](int row) {
    Random random(seed + static_cast<std::uint64_t>(row) * 0x9e3779b97f4a7c15u);
    for (std::uint16_t& value : values.subspan(position(row) * width, width)) {
      // 24 random bits are more than a bf16 holds.
      const auto bits = static_cast<std::int32_t>(random.next() >> 40) - (1 << 23);
      value = to_bf16(static_cast<float>(bits) * 0x1p-23f * magnitude);
    }
  });
}

std::int32_t names_nothing(Random& random, int s_kv) {
  const std::array<std::int32_t, 5> some{-1, s_kv, std::numeric_limits<std::int32_t>::max(),
                                         std::numeric_limits<std::int32_t>::min(), s_kv + 7};
  return some[position(random.between(0, 4))];
}

}  // namespace

SparsePrefillProblem SparsePrefillInputs::problem() const {
  return {shape.s_q, shape.s_kv, shape.h_q, shape.width, shape.topk, scale,
          q,         kv,         indices,   topk_length, sink};
}

int SparsePrefillInputs::length(int token) const {
  return topk_length.empty() ? shape.topk : topk_length[position(token)];
}

double SparsePrefillInputs::named() const {
  double count = 0;
  for (int token = 0; token < shape.s_q; ++token) {
    const auto list =
        std::span(indices).subspan(position(token) * position(shape.topk), position(length(token)));
    count += static_cast<double>(
        std::ranges::count_if(list, [&](int key) { return key >= 0 && key < shape.s_kv; }));
  }
  return count;
}

void SparsePrefillInputs::spoil_unnamed_rows() {
  std::vector<bool> named(position(shape.s_kv));
  for (int token = 0; token < shape.s_q; ++token) {
    for (int i = 0; i < length(token); ++i) {
      const int key = indices[position(token) * position(shape.topk) + position(i)];
      if (key >= 0 && key < shape.s_kv) named[position(key)] = true;
    }
  }
  const std::size_t width = position(shape.width);
  for (std::size_t key = 0; key < named.size(); ++key) {
    if (!named[key]) {
      std::ranges::fill(std::span(kv).subspan(key * width, width), bf16_nan);
    } else if (kv[key * width] == bf16_nan) {
      throw std::logic_error("sparse prefill: a list names a row without values");
    }
  }
}

SparsePrefillInputs make_sparse_prefill_inputs(const SparsePrefillShape& shape, std::uint64_t seed,
                                               const SparsePrefillRange& range) {
  Random random(seed);
  SparsePrefillInputs inputs;
  inputs.shape = shape;
  inputs.scale = 1 / std::sqrt(static_cast<double>(shape.width));
  const std::size_t width = position(shape.width);
  inputs.q.resize(position(shape.s_q) * position(shape.h_q) * width);
  inputs.kv.resize(position(shape.s_kv) * width);
  fill_rows(inputs.kv, shape.s_kv, random.next(), range.kv);
  fill_rows(inputs.q, shape.s_q, random.next(),
            shape.topk < few_entries || shape.lengths ? std::min(range.q, 1.0f) : range.q);

  const std::uint64_t list_seed = random.next();
  if (shape.lengths) {
    inputs.topk_length.resize(position(shape.s_q));
    for (std::int32_t& length : inputs.topk_length) length = random.between(0, shape.topk);
    if (shape.s_q > 0) inputs.topk_length.front() = 0;
    if (shape.s_q > 1) inputs.topk_length.back() = shape.topk;
  }
  inputs.indices.resize(position(shape.s_q) * position(shape.topk));
  parallel_for(shape.s_q, [&](int token) {
    Random own(list_seed + static_cast<std::uint64_t>(token) * 0x9e3779b97f4a7c15u);
    for (int i = 0; i < shape.topk; ++i) {
      const bool nothing = shape.s_kv == 0 || own.between(0, 99) < shape.percent_nothing;
      inputs.indices[position(token) * position(shape.topk) + position(i)] =
          nothing ? names_nothing(own, shape.s_kv) : own.between(0, shape.s_kv - 1);
    }
  });
  if (shape.sinks) {
    const float infinity = std::numeric_limits<float>::infinity();
    for (int head = 0; head < shape.h_q; ++head) {
      inputs.sink.push_back(head % 5 == 1   ? -infinity
                            : head % 5 == 3 ? infinity
                                            : static_cast<float>(random.unit()) * 8);
    }
  }
  inputs.spoil_unnamed_rows();
  return inputs;
}

}  // namespace bp::mla
