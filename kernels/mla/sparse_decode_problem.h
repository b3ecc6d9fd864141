// Inputs for checks, tests and benchmarks of sparse MLA decode, with what real caches and real
// top-k results hold: pages in no order, NaN in every slot that no candidate names, indices that
// are -1 or name no slot, lists longer than the context.
#pragma once

#include <cstdint>
#include <vector>

#include "kernels/reference/sparse_decode.h"

namespace bp::mla {

struct SparsePoolShape {
  int topk = 0;  // 0: no such pool
  int page_tokens = 64;
  std::vector<std::int32_t> contexts;  // tokens that each request picks its candidates from
  bool lengths = false;  // a topk_length a request: more than topk, none, random ones; candidates
                         // past it name free slots
};

enum class SinkKind : std::uint8_t {
  none,
  random,
  extreme,  // -inf, +inf and random ones in turn
};

struct SparseDecodeShape {
  KvLayout layout = KvLayout::v32;
  int s_q = 1;
  int h_q = 16;
  SparsePoolShape pool;
  SparsePoolShape extra;  // contexts of as many requests, or topk 0
  SinkKind sink = SinkKind::none;
  ScaleRule scales = ScaleRule::power_of_two;
  double masked = 0;  // share of candidates that become -1 or no slot
};

/// Largest magnitudes of the uniform inputs: logits of these spread by about 1.3. Queries of few
/// candidates get values of at most 1, as the dense ones (decode_problem.h).
struct SparseDecodeRange {
  float q = 8;
  float kv = 0.5f;
};

struct SparsePoolInputs {
  int pages = 0;
  std::vector<std::uint8_t> cache;
  std::vector<std::int32_t> indices;
  std::vector<std::int32_t> topk_length;  // empty: none
  std::size_t named_slots = 0;            // slots that candidates name, each counted once
};

struct SparseDecodeInputs {
  SparseDecodeShape shape;
  double scale = 0;
  std::vector<std::uint16_t> q;
  SparsePoolInputs pool;
  SparsePoolInputs extra;
  std::vector<float> sink;

  int batch() const { return static_cast<int>(shape.pool.contexts.size()); }
  int queries() const { return batch() * shape.s_q; }
  /// Candidates that the kernel looks at, masked ones or not.
  int candidates(const SparsePoolShape& of, const SparsePoolInputs& inputs, int request) const;
  /// Candidates that name a slot.
  int visible(const SparsePoolShape& of, const SparsePoolInputs& inputs, int query) const;
  /// The same for both pools together.
  int visible(int query) const;
  /// Blocks of 64 candidates of each query, in both pools (sparse_decode_params.h).
  std::vector<std::int32_t> blocks() const;
  /// Views of this object.
  SparseDecodeProblem problem() const;
};

SparseDecodeInputs make_sparse_decode_inputs(const SparseDecodeShape& shape, std::uint64_t seed,
                                             const SparseDecodeRange& range = {});

}  // namespace bp::mla
