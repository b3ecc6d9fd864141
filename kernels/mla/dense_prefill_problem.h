// Inputs for checks, tests and benchmarks of dense MLA prefill.
#pragma once

#include <cstdint>
#include <vector>

#include "kernels/kernel.h"
#include "kernels/reference/dense_prefill.h"

namespace bp::mla {

struct PrefillRequest {
  std::int32_t queries = 0;
  std::int32_t keys = 0;
};

struct PrefillShape {
  int heads = 16;
  int qk_width = 192;
  int v_width = 128;
  bool causal = true;
  std::vector<PrefillRequest> requests;
};

/// Largest magnitudes of the uniform inputs: logits of these spread by about 1.3. With values of at
/// most 0.5 the rounding of the probabilities to bf16 moves an output by less than 1e-3. Queries
/// that see few keys are at most 0.25: the logarithm of their sum can come close to 0, where the
/// absolute limit of 1e-6 is finer than what fp32 sums of larger logits can hold.
struct PrefillRange {
  float q = 3;
  float k = 1.3f;
  float v = 0.5f;
};

struct PrefillInputs {
  PrefillShape shape;
  double scale = 0;  // qk_width^-0.5
  std::vector<std::uint16_t> q, k, v;
  std::vector<std::int32_t> cu_q, cu_k;

  /// Views of this object.
  DensePrefillProblem problem() const;
  std::int32_t queries() const { return cu_q.back(); }
};

PrefillInputs make_prefill_inputs(const PrefillShape& shape, std::uint64_t seed,
                                  const PrefillRange& range = {});

/// Pairs of a query and a key that it sees, of one head.
double visible_pairs(const PrefillShape& shape);

/// Only visible pairs count as operations. `unit`: see KernelWork.
KernelWork dense_prefill_work(const PrefillShape& shape, std::string_view unit);

}  // namespace bp::mla
