// Dense MLA decode in double precision on the host. What it computes and the layouts:
// kernels/mla/decode_params.h.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace bp {

/// Views of the inputs. `block_table` entries within a sequence must be pages of `cache`; others
/// are not read.
struct DenseDecodeProblem {
  int batch = 0;
  int s_q = 0;
  int h_q = 0;
  bool causal = false;
  double scale = 0;
  std::span<const std::uint16_t> q;           // bf16 [batch, s_q, h_q, 576]
  std::span<const std::uint16_t> cache;       // bf16 [pages, 64, 576]
  std::span<const std::int32_t> block_table;  // [batch, max_pages]
  int max_pages = 0;
  std::span<const std::int32_t> seqlens;  // [batch]
};

/// Results of the requests asked for, in the kernel's layouts.
struct DenseDecodeResult {
  std::vector<double> out;  // [batch, s_q, h_q, 512]; 0 where no key is visible
  std::vector<double> lse;  // [batch, h_q, s_q], natural; +inf where no key is visible
};

/// Requests [first, first + count). Uses all host threads. Throws std::out_of_range where the
/// problem would read outside of its views.
DenseDecodeResult dense_decode_reference(const DenseDecodeProblem& problem, int first, int count);
inline DenseDecodeResult dense_decode_reference(const DenseDecodeProblem& problem) {
  return dense_decode_reference(problem, 0, problem.batch);
}

}  // namespace bp
