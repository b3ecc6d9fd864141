#include "kernels/dsa/indexer_problem.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <limits>
#include <numeric>

#include "kernels/dsa/indexer_params.h"
#include "kernels/e4m3.h"
#include "kernels/reference/bf16.h"
#include "kernels/reference/parallel.h"
#include "probes/features/host.h"

namespace bp::dsa {
namespace {

constexpr int spare_indexer_pages = 2;
constexpr std::uint8_t e4m3_nan = 0x7f;

std::size_t size(int value) { return static_cast<std::size_t>(value); }

int pages_for(int keys) { return (keys + indexer_tile - 1) / indexer_tile; }

double normal(Random& random) {
  double sum = 0;  // of twelve uniform numbers: near enough
  for (int i = 0; i < 12; ++i) sum += random.unit();
  return sum / 2;
}

// The largest of 128 normal numbers is about this: what 448 stands for after quantisation.
constexpr double typical_largest = 2.8;

/// Normal numbers as bytes of either format, to be drawn from: filling hundreds of megabytes one by
/// one would take too long.
struct Drawn {
  std::array<std::uint8_t, 4096> fp8;
  std::array<std::uint16_t, 4096> half;
  Drawn() {
    Random random(17);
    for (std::size_t i = 0; i < fp8.size(); ++i) {
      const double x = normal(random);
      fp8[i] = static_cast<std::uint8_t>(e4m3_of_fp32_bits(
          std::bit_cast<std::uint32_t>(static_cast<float>(x * 448 / typical_largest))));
      half[i] = to_bf16(static_cast<float>(x));
    }
  }
};

/// Fills whole values; `bytes` is cut into stretches with their own seeds, so that the result does
/// not depend on the threads.
void draw(std::span<std::uint8_t> bytes, bool bf16, std::uint64_t seed) {
  static const Drawn drawn;
  constexpr std::size_t stretch = 1 << 16;
  parallel_for(static_cast<int>((bytes.size() + stretch - 1) / stretch), [&](int piece) {
    const auto part = bytes.subspan(size(piece) * stretch,
                                    std::min(stretch, bytes.size() - size(piece) * stretch));
    Random random(seed + static_cast<std::uint64_t>(piece) * 0x9e3779b97f4a7c15u);
    std::uint64_t bits = 0;
    int left = 0;
    for (std::size_t i = 0; i < part.size(); i += bf16 ? 2 : 1) {
      if (left-- == 0) {
        bits = random.next();
        left = 4;
      }
      const std::size_t index = bits & 4095;
      bits >>= 12;
      if (bf16) {
        store<std::uint16_t>(part.subspan(i, 2), 0, drawn.half[index]);
      } else {
        part[i] = drawn.fp8[index];
      }
    }
  });
}

void spoil(std::span<std::uint8_t> bytes) { std::ranges::fill(bytes, e4m3_nan); }

float key_scale(Random& random) {
  return static_cast<float>((1 + random.unit() / 2) * typical_largest / 448);
}

void make_contiguous_keys(IndexerInputs& in, Random& random) {
  const auto& shape = in.shape;
  const auto columns = size(shape.columns);
  in.k.resize(columns * size(in.row_bytes()));
  draw(in.k, shape.bf16, random.next());
  std::vector<bool> seen(columns);
  for (std::size_t token = 0; token < shape.end.size(); ++token) {
    // Real ranges overlap nearly all; so this loop is short where it is not repeated.
    if (token > 0 && shape.first[token] == shape.first[token - 1] &&
        shape.end[token] == shape.end[token - 1]) {
      continue;
    }
    for (int n = shape.first[token]; n < shape.end[token]; ++n) seen[size(n)] = true;
  }
  if (!shape.bf16) {
    in.k_scale.resize(columns);
    for (float& scale : in.k_scale) scale = key_scale(random);
  }
  for (std::size_t n = 0; n < columns; ++n) {
    if (seen[n]) continue;
    spoil(std::span(in.k).subspan(n * size(in.row_bytes()), size(in.row_bytes())));
    if (!shape.bf16) in.k_scale[n] = std::numeric_limits<float>::quiet_NaN();
  }
}

void make_pages(IndexerInputs& in, Random& random) {
  const auto& shape = in.shape;
  const int requests = shape.tokens() / shape.next_n;
  std::vector<int> keys(size(requests));
  in.pages = spare_indexer_pages;
  for (int token = 0; token < shape.tokens(); ++token) {
    int& longest = keys[size(token / shape.next_n)];
    longest = std::max(longest, shape.end[size(token)]);
  }
  for (const int count : keys) {
    in.pages += pages_for(count);
    in.max_pages = std::max(in.max_pages, pages_for(count));
  }
  in.max_pages += 1;  // so that every table has an unused entry
  std::vector<std::int32_t> order(size(in.pages));
  std::iota(order.begin(), order.end(), 0);
  for (std::size_t i = order.size(); i > 1; --i) {
    std::swap(order[i - 1], order[size(random.between(0, static_cast<int>(i) - 1))]);
  }
  const auto page_bytes = size(shape.bf16 ? indexer_page_bytes_bf16 : indexer_page_bytes);
  in.k.resize(order.size() * page_bytes);
  draw(in.k, shape.bf16, random.next());
  in.block_table.assign(size(requests) * size(in.max_pages), unused_indexer_page);
  std::size_t next = 0;
  for (int request = 0; request < requests; ++request) {
    for (int page = 0; page < pages_for(keys[size(request)]); ++page) {
      const std::int32_t place = order[next++];
      in.block_table[size(request) * size(in.max_pages) + size(page)] = place;
      const auto bytes = std::span(in.k).subspan(size(place) * page_bytes, page_bytes);
      const int rows = std::min(indexer_tile, keys[size(request)] - page * indexer_tile);
      spoil(
          bytes.subspan(size(rows * in.row_bytes()), size((indexer_tile - rows) * in.row_bytes())));
      if (shape.bf16) continue;
      const auto scales = bytes.subspan(size(indexer_tile * in.row_bytes()));
      for (int row = 0; row < indexer_tile; ++row) {
        store<float>(scales, size(row),
                     row < rows ? key_scale(random) : std::numeric_limits<float>::quiet_NaN());
      }
    }
  }
  for (; next < order.size(); ++next) {
    spoil(std::span(in.k).subspan(size(order[next]) * page_bytes, page_bytes));
  }
}

}  // namespace

IndexerShape causal_indexer_shape(int tokens, int columns, int heads) {
  IndexerShape shape;
  shape.heads = heads;
  shape.columns = columns;
  for (int token = 0; token < tokens; ++token) shape.end.push_back(columns - tokens + token + 1);
  return shape;
}

IndexerShape paged_indexer_shape(int requests, int keys, int heads, int next_n) {
  IndexerShape shape;
  shape.heads = heads;
  shape.next_n = next_n;
  for (int token = 0; token < requests * next_n; ++token) {
    shape.end.push_back(keys - (next_n - 1 - token % next_n));
  }
  return shape;
}

double indexer_pairs(const IndexerShape& shape) {
  double pairs = 0;
  for (std::size_t token = 0; token < shape.end.size(); ++token) {
    const int first = shape.first.empty() ? 0 : shape.first[token];
    pairs += std::max(0, shape.end[token] - first);
  }
  return pairs;
}

std::size_t IndexerInputs::key_at(int token, int column) const {
  if (!shape.paged()) return size(column) * size(row_bytes());
  const std::int32_t page =
      block_table[size(token / shape.next_n) * size(max_pages) + size(column / indexer_tile)];
  return size(page) * size(shape.bf16 ? indexer_page_bytes_bf16 : indexer_page_bytes) +
         size(column % indexer_tile) * size(row_bytes());
}

IndexerProblem IndexerInputs::problem() const {
  IndexerProblem p;
  p.bf16 = shape.bf16;
  p.heads = shape.heads;
  p.tokens = shape.tokens();
  p.columns = shape.columns;
  p.next_n = shape.next_n;
  p.max_pages = max_pages;
  p.q = q;
  p.weights = weights;
  p.k = k;
  p.k_scale = k_scale;
  p.block_table = block_table;
  p.first = shape.first;
  p.end = shape.end;
  return p;
}

IndexerInputs make_indexer_inputs(const IndexerShape& shape, std::uint64_t seed) {
  Random random(seed);
  IndexerInputs in;
  in.shape = shape;
  if (in.shape.first.empty()) in.shape.first.assign(shape.end.size(), 0);
  for (const std::int32_t end : shape.end) in.shape.columns = std::max(in.shape.columns, end);
  const auto rows = shape.end.size() * size(shape.heads);
  in.q.resize(rows * size(in.row_bytes()));
  draw(in.q, shape.bf16, random.next());
  in.weights.resize(rows);
  // As the model: H^-0.5, D^-0.5 and the scale of q.
  const double fold = 1 / std::sqrt(static_cast<double>(shape.heads) * indexer_width) *
                      (shape.bf16 ? 1 : typical_largest / 448);
  for (float& weight : in.weights) weight = static_cast<float>(normal(random) * fold);
  if (shape.paged()) {
    make_pages(in, random);
  } else {
    make_contiguous_keys(in, random);
  }
  return in;
}

}  // namespace bp::dsa
