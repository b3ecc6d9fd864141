// Inputs for checks, tests and benchmarks of sparse MLA prefill, with what lists hold in real life:
// keys in no order, entries that name none, more entries than there are keys.
#pragma once

#include <cstdint>
#include <vector>

#include "kernels/reference/sparse_prefill.h"

namespace bp::mla {

struct SparsePrefillShape {
  int s_q = 1;
  int h_q = 64;
  int width = 576;
  int s_kv = 1;
  int topk = 64;
  /// Of 100 entries, how many name no key: -1, other negative numbers, s_kv and far more.
  int percent_nothing = 0;
  /// topk_length: from 0 (the first token) to topk (the last), else random; entries behind are
  /// random numbers and count for nothing.
  bool lengths = false;
  /// A sink a head: -inf, +inf and numbers around 0.
  bool sinks = false;
};

/// Largest magnitudes of the uniform inputs: logits of these spread by about 1.3. Where few keys
/// are named, their sum's logarithm comes close to 0, which asks for more bits of a logit than its
/// sum in f32 has: lists of few entries get queries of at most 1.
struct SparsePrefillRange {
  float q = 8;
  float kv = 0.5f;
};

struct SparsePrefillInputs {
  SparsePrefillShape shape;
  double scale = 0;
  std::vector<std::uint16_t> q;
  std::vector<std::uint16_t> kv;  // NaN in rows that no list names
  std::vector<std::int32_t> indices;
  std::vector<std::int32_t> topk_length;  // may be empty
  std::vector<float> sink;                // may be empty

  /// Views of this object.
  SparsePrefillProblem problem() const;
  int length(int token) const;
  /// How many entries name a key.
  double named() const;
  /// Writes NaN into the rows that no list names: after a change of the lists. Throws
  /// std::logic_error if a list names a row that held NaN.
  void spoil_unnamed_rows();
};

SparsePrefillInputs make_sparse_prefill_inputs(const SparsePrefillShape& shape, std::uint64_t seed,
                                               const SparsePrefillRange& range = {});

}  // namespace bp::mla
