// What a report says of language models on a GPU or target: which kernel serves each operation that
// the model needs, what falls back, what that costs, and what fits into memory.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "probes/registry/evidence.h"
#include "report/evaluate/shape.h"
#include "report/model/verdict.h"

namespace bp {

/// A figure that estimates were made from, and how it is known.
struct ModelInput {
  double value = 0;
  std::string unit;
  EvidenceKind kind = EvidenceKind::inferred;
  std::string by;  // "fact.memory_bandwidth, gpu_copy_read_and_write"
  bool operator==(const ModelInput&) const = default;
};

/// What one layer's attention has to move and to multiply: exact. The time is an estimate, the
/// roofline of ModelReport::bandwidth and rate; nullopt where one of them is not known.
struct ModelWork {
  std::int64_t tensor_parallel = 1;
  double bytes = 0;
  double flop = 0;
  std::optional<double> microseconds{};
  bool memory_bound = false;  // said where there is a time
  bool operator==(const ModelWork&) const = default;
};

/// A backend that runs there, but not with so many heads or selected tokens.
struct ModelRefusal {
  std::string backend;
  std::string why;  // "takes 64 or 128 heads"
  bool operator==(const ModelRefusal&) const = default;
};

/// A kernel of this tool that gave the right result for the operation, on every GPU of the group.
struct ModelReference {
  std::string kernel;  // id
  /// What it reached of its limit (figures bandwidth and bandwidth_limit), measured; the least of
  /// the GPUs. Absent: it was not timed.
  std::optional<double> share{};
  bool operator==(const ModelReference&) const = default;
};

/// One way to meet a need: an operation on one type of cache or operand.
struct ModelWay {
  std::string operation;
  Shape shape;            // without the heads where they are those of ModelSize
  bool fallback = false;  // it costs more, or is less exact, than the usual way
  Verdict verdict = Verdict::unknown;
  std::string best{};                      // id; empty: none runs
  std::optional<EvidenceKind> evidence{};  // of the best
  std::vector<std::string> notes{};        // of the best
  std::vector<std::string> runs{};         // ids, the best first
  std::vector<ModelRefusal> refused{};
  std::string reason{};  // why nothing runs
  std::vector<ModelReference> references{};
  std::vector<ModelWork> work{};
  /// nullptr: it is not known what this takes at that size.
  const ModelWork* work_at(std::int64_t tensor_parallel) const {
    for (const ModelWork& one : work) {
      if (one.tensor_parallel == tensor_parallel) return &one;
    }
    return nullptr;
  }
  bool operator==(const ModelWay&) const = default;
};

/// Something that every step of the model needs, and the ways to meet it, the usual one first.
struct ModelNeed {
  std::string name;                           // "decode"
  std::vector<std::int64_t> tensor_parallel;  // the sizes for which the answer is this
  std::vector<ModelWay> ways;
  /// The first way that runs; nullptr: none does.
  const ModelWay* taken() const {
    for (const ModelWay& way : ways) {
      if (way.verdict == Verdict::runs) return &way;
    }
    return nullptr;
  }
  bool operator==(const ModelNeed&) const = default;
};

/// The model on so many GPUs.
struct ModelSize {
  std::int64_t tensor_parallel = 1;
  std::int64_t heads = 0;  // on each GPU
  Verdict verdict = Verdict::unknown;
  std::vector<std::string> falls_back{};  // names of needs
  std::vector<std::string> missing{};
  std::optional<double> weight_bytes{};  // on each GPU
  /// Tokens of context, of all sequences together, that memory has room for beside the weights
  /// (without them where they are not known): an upper bound. nullopt: not known.
  std::optional<std::int64_t> tokens{};
  bool operator==(const ModelSize&) const = default;
};

/// What a token of context and a sequence take on each GPU, of all layers: exact.
struct ModelCache {
  std::string dtype;
  double bytes_per_token = 0;
  double bytes_per_sequence = 0;
  bool operator==(const ModelCache&) const = default;
};

struct ModelReport {
  std::string id;
  std::string name;
  std::vector<int> gpus{};  // identical ones; empty: of `target`
  std::string target{};     // not in hand: everything is expected
  std::optional<std::int64_t> layers{};
  std::optional<std::int64_t> max_context{};
  std::optional<std::int64_t> weight_bytes{};
  std::vector<ModelCache> cache{};
  std::optional<ModelInput> memory{};  // of one GPU
  std::optional<ModelInput> bandwidth{};
  std::optional<ModelInput> rate{};
  std::vector<ModelSize> sizes{};
  std::vector<ModelNeed> needs{};
  bool operator==(const ModelReport&) const = default;
};

}  // namespace bp
