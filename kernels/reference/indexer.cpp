#include "kernels/reference/indexer.h"

#include <array>
#include <bit>
#include <cmath>
#include <limits>
#include <stdexcept>

#include "kernels/dsa/indexer_params.h"
#include "kernels/e4m3.h"
#include "kernels/reference/bf16.h"
#include "kernels/reference/parallel.h"
#include "probes/features/host.h"

namespace bp {
namespace {

using dsa::indexer_tile;
using dsa::indexer_width;

constexpr std::size_t width = indexer_width;

using Vector = std::array<double, width>;

const std::array<double, 256>& e4m3_values() {
  static const std::array<double, 256> values = [] {
    std::array<double, 256> table{};
    for (std::size_t code = 0; code < table.size(); ++code) {
      table[code] = static_cast<double>(
          std::bit_cast<float>(fp32_bits_of_e4m3(static_cast<std::uint8_t>(code))));
    }
    return table;
  }();
  return values;
}

Vector decode_row(std::span<const std::uint8_t> bytes, std::size_t offset, bool bf16) {
  Vector row;
  const std::size_t size = width * (bf16 ? 2 : 1);
  if (offset + size > bytes.size()) {
    throw std::out_of_range("indexer: a row lies outside of its input");
  }
  for (std::size_t d = 0; d < width; ++d) {
    row[d] = bf16 ? static_cast<double>(
                        from_bf16(load<std::uint16_t>(bytes.subspan(offset + 2 * d, 2), 0)))
                  : e4m3_values()[bytes[offset + d]];
  }
  return row;
}

double scaled_product(const Vector& a, const Vector& b) {
  std::array<double, 8> sums{};
  for (std::size_t d = 0; d < width; d += sums.size()) {
    for (std::size_t i = 0; i < sums.size(); ++i) sums[i] += a[d + i] * b[d + i];
  }
  double sum = 0;
  for (const double s : sums) sum += s;
  return sum;
}

/// A key and its scale.
std::pair<Vector, double> indexer_key(const IndexerProblem& p, int token, int column) {
  const auto n = static_cast<std::size_t>(column);
  const std::size_t row_bytes = width * (p.bf16 ? 2 : 1);
  if (p.block_table.empty()) {
    const double scale = p.bf16 ? 1 : static_cast<double>(p.k_scale[n]);
    return {decode_row(p.k, n * row_bytes, p.bf16), scale};
  }
  const std::size_t entry =
      static_cast<std::size_t>(token / p.next_n) * static_cast<std::size_t>(p.max_pages) +
      n / indexer_tile;
  const std::int32_t page = p.block_table[entry];
  if (page < 0) throw std::out_of_range("indexer: a block table entry is no page");
  const auto page_bytes =
      static_cast<std::size_t>(p.bf16 ? dsa::indexer_page_bytes_bf16 : dsa::indexer_page_bytes);
  const std::size_t base = static_cast<std::size_t>(page) * page_bytes;
  const std::size_t row = n % indexer_tile;
  const Vector key = decode_row(p.k, base + row * row_bytes, p.bf16);
  if (p.bf16) return {key, 1};
  const std::size_t at = base + indexer_tile * row_bytes + 4 * row;
  if (at + 4 > p.k.size()) throw std::out_of_range("indexer: a page lies outside of the cache");
  return {key, static_cast<double>(load<float>(p.k.subspan(at, 4), 0))};
}

void check_indexer_views(const IndexerProblem& p, int token) {
  const auto tokens = static_cast<std::size_t>(p.tokens);
  const auto t = static_cast<std::size_t>(token);
  const bool paged = !p.block_table.empty();
  if (token < 0 || token >= p.tokens || p.first.size() < tokens || p.end.size() < tokens ||
      p.weights.size() < tokens * static_cast<std::size_t>(p.heads) ||
      (!paged && !p.bf16 && p.k_scale.size() < static_cast<std::size_t>(p.columns)) ||
      p.first[t] < 0 || p.end[t] > p.columns ||
      (paged && (p.next_n < 1 || p.end[t] > p.max_pages * indexer_tile ||
                 p.block_table.size() < tokens / static_cast<std::size_t>(p.next_n) *
                                            static_cast<std::size_t>(p.max_pages)))) {
    throw std::out_of_range("indexer: an input is smaller than its shape says");
  }
}

}  // namespace

std::vector<double> indexer_reference(const IndexerProblem& p, int token) {
  check_indexer_views(p, token);
  std::vector<double> logits(static_cast<std::size_t>(p.columns),
                             -std::numeric_limits<double>::infinity());
  const auto t = static_cast<std::size_t>(token);
  const auto heads = static_cast<std::size_t>(p.heads);
  std::vector<Vector> q(heads);
  for (std::size_t h = 0; h < heads; ++h) {
    q[h] = decode_row(p.q, (t * heads + h) * width * (p.bf16 ? 2 : 1), p.bf16);
  }
  constexpr int stretch = 256;
  const int first = p.first[t];
  const int end = p.end[t];
  if (first >= end) return logits;
  parallel_for((end - first + stretch - 1) / stretch, [&](int piece) {
    const int from = first + piece * stretch;
    for (int n = from; n < std::min(end, from + stretch); ++n) {
      const auto [key, scale] = indexer_key(p, token, n);
      double sum = 0;
      for (std::size_t h = 0; h < heads; ++h) {
        const double product = scaled_product(q[h], key);
        // As max(NaN, 0) would be 0, a NaN that is seen has to be kept by hand.
        const double rectified = product > 0 || std::isnan(product) ? product : 0;
        sum += static_cast<double>(p.weights[t * heads + h]) * rectified;
      }
      logits[static_cast<std::size_t>(n)] = sum * scale;
    }
  });
  return logits;
}

}  // namespace bp
