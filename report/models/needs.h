// What a model needs on each GPU of a tensor-parallel group, as shapes to judge kernels for; and
// the work of its attention.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "report/evaluate/shape.h"
#include "report/models/model.h"

namespace bp {

/// What the estimates are made for.
struct Workload {
  std::int64_t sequences = 32;         // decoded at once, one token each
  std::int64_t context = 32768;        // tokens of each
  std::int64_t prefill_tokens = 4096;  // the last ones of one such context
};

/// Of one layer, on one GPU.
struct Work {
  double bytes = 0;
  double flop = 0;
};

struct NeededWay {
  std::string operation;
  Shape shape;
  std::optional<Work> work{};  // of attention
  bool fallback = false;       // it costs more, or is less exact, than the usual one
};

struct Need {
  std::string name;
  bool by_heads = false;        // its shape holds the heads of one GPU
  std::vector<NeededWay> ways;  // the usual one first
};

/// Sizes of tensor parallelism that divide the heads, of 1, 2, 4, 8, 16.
std::vector<std::int64_t> tensor_parallel_sizes(const Model& model);

std::vector<Need> needs_of(const Model& model, std::int64_t tensor_parallel,
                           const Workload& workload = {});

/// Attention over the cache: each query attends to `entries` of `entry_bytes`. Those are read once
/// for each sequence, whatever its queries, unless each query selects its own.
Work attention_work(double queries, double heads, double entries, const HeadSizes& sizes,
                    double bytes_read);

}  // namespace bp
