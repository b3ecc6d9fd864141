// Inputs for checks, tests and benchmarks of dense MLA decode, with what a paged cache holds in
// real life: pages in no order, NaN after the end of a sequence and in pages of nobody, senseless
// entries at the end of a table.
#pragma once

#include <cstdint>
#include <vector>

#include "kernels/reference/dense_decode.h"

namespace bp::mla {

struct DecodeShape {
  int s_q = 1;
  int h_q = 16;
  bool causal = false;
  std::vector<std::int32_t> seqlens;  // one request each
};

/// What has to be moved, as FlashMLA counts (tests/test_flash_mla_dense_decoding.py): each key
/// once, Q, and O.
double least_bytes(const DecodeShape& shape);

/// Largest magnitudes of the uniform inputs: logits of these spread by about 1.3. Requests of few
/// keys get queries of at most 1.
struct DecodeRange {
  float q = 8;
  float k = 0.5f;
};

struct DecodeInputs {
  DecodeShape shape;
  int max_pages = 0;
  int pages = 0;  // of the cache
  double scale = 0;
  std::vector<std::uint16_t> q;
  std::vector<std::uint16_t> cache;
  std::vector<std::int32_t> block_table;

  int batch() const { return static_cast<int>(shape.seqlens.size()); }
  int query_rows() const { return shape.s_q * shape.h_q; }
  /// Index into `cache` of component 0 of a token.
  std::size_t key_at(int request, int token) const;
  /// Views of this object.
  DenseDecodeProblem problem() const;
};

/// What FlashMLA's tests put into unused entries: a page that no cache has.
inline constexpr std::int32_t unused_page = 2147480000;

DecodeInputs make_decode_inputs(const DecodeShape& shape, std::uint64_t seed,
                                const DecodeRange& range = {});

}  // namespace bp::mla
