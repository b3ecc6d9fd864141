#include "kernels/dsa/indexer_prepare_problem.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>

#include "kernels/dsa/indexer_params.h"
#include "kernels/reference/bf16.h"
#include "kernels/reference/indexer_prepare.h"
#include "kernels/reference/parallel.h"
#include "probes/features/host.h"

namespace bp::dsa {
namespace {

constexpr std::size_t prepare_width = indexer_width;
constexpr int prepare_positions = 4096;

struct PrepareCase {
  int tokens;
  int heads;
  bool interleaved;
};
// A prefill of DeepSeek-V3.2 and of GLM-5, and a decode.
constexpr std::array prepare_cases{PrepareCase{4096, 64, false}, PrepareCase{4096, 32, true},
                                   PrepareCase{128, 64, false}};

void fill_row(std::span<std::uint16_t> row, std::uint64_t seed, std::size_t kind) {
  Random random(seed);
  float size = 2;
  if (kind == 3) size = 1e4f;
  if (kind == 5) size = 1e-7f;
  for (std::uint16_t& x : row) {
    const double sum = random.unit() + random.unit() + random.unit();
    x = to_bf16(static_cast<float>(sum) * size);
  }
  if (kind == 1) std::ranges::fill(row, std::uint16_t{0});
  if (kind == 2) row[77] = to_bf16(300.0f);
}

void fill_rows(std::vector<std::uint16_t>& values, std::size_t rows, std::uint64_t seed) {
  values.resize(rows * prepare_width);
  parallel_for(static_cast<int>(rows), [&](int i) {
    const auto row = static_cast<std::size_t>(i);
    fill_row(std::span(values).subspan(row * prepare_width, prepare_width),
             seed + row * 0x9e3779b97f4a7c15u, row % 97);
  });
}

}  // namespace

int IndexerPrepareInputs::cache_slots() const { return pages * indexer_tile; }

IndexerPrepareInputs make_indexer_prepare_inputs(const IndexerPrepareShape& shape,
                                                 std::uint64_t seed) {
  Random random(seed);
  IndexerPrepareInputs in;
  in.shape = shape;
  in.positions = prepare_positions;
  in.fold = static_cast<float>(1 / std::sqrt(static_cast<double>(shape.heads) * indexer_width));
  const auto tokens = static_cast<std::size_t>(shape.tokens);
  fill_rows(in.q, tokens * static_cast<std::size_t>(shape.heads), random.next());
  fill_rows(in.k, tokens, random.next());
  in.weights.resize(tokens * static_cast<std::size_t>(shape.heads));
  for (float& weight : in.weights) weight = static_cast<float>(random.unit() * 3);
  in.cos_sin.resize(static_cast<std::size_t>(in.positions) * 64);
  for (std::size_t position = 0; position < static_cast<std::size_t>(in.positions); ++position) {
    for (std::size_t i = 0; i < 32; ++i) {
      const double angle =
          static_cast<double>(position) * std::pow(1e4, -static_cast<double>(i) / 32);
      in.cos_sin[position * 64 + i] = static_cast<float>(std::cos(angle));
      in.cos_sin[position * 64 + 32 + i] = static_cast<float>(std::sin(angle));
    }
  }
  for (std::size_t i = 0; i < tokens; ++i) {
    in.position.push_back(random.between(0, in.positions - 1));
  }
  if (!shape.paged) return in;
  in.pages = (shape.tokens + indexer_tile - 1) / indexer_tile + 1;
  std::vector<std::int32_t> order(static_cast<std::size_t>(in.pages * indexer_tile));
  std::iota(order.begin(), order.end(), 0);
  for (std::size_t i = order.size(); i > 1; --i) {
    std::swap(order[i - 1],
              order[static_cast<std::size_t>(random.between(0, static_cast<int>(i) - 1))]);
  }
  in.slots.assign(order.begin(), order.begin() + shape.tokens);
  for (std::size_t i = 6; i < tokens; i += 7) in.slots[i] = i % 2 == 0 ? -1 : in.cache_slots();
  return in;
}

IndexerPrepareValues indexer_prepare_reference(const IndexerPrepareInputs& in, int first,
                                               int count) {
  const auto heads = static_cast<std::size_t>(in.shape.heads);
  const auto rows = static_cast<std::size_t>(count) * heads;
  IndexerPrepareValues values;
  values.q.resize(rows * prepare_width);
  values.weights.resize(rows);
  const auto rotated = [&](const std::vector<std::uint16_t>& source, std::size_t row,
                           std::size_t token) {
    const auto position = static_cast<std::size_t>(in.position[token]);
    return rotate_indexer_row(std::span(source).subspan(row * prepare_width, prepare_width),
                              std::span(in.cos_sin).subspan(position * 64, 64),
                              in.shape.interleaved);
  };
  parallel_for(static_cast<int>(rows), [&](int i) {
    const auto local = static_cast<std::size_t>(i);
    const std::size_t row = static_cast<std::size_t>(first) * heads + local;
    const IndexerRow x = rotated(in.q, row, row / heads);
    const double scale = indexer_row_scale(x, in.shape.power_of_two);
    for (std::size_t d = 0; d < prepare_width; ++d) {
      values.q[local * prepare_width + d] = x[d] / scale;
    }
    values.weights[local] =
        static_cast<double>(in.weights[row]) * scale * static_cast<double>(in.fold);
  });
  for (int i = first; i < first + count; ++i) {
    const auto token = static_cast<std::size_t>(i);
    if (in.shape.paged && in.is_skipped(in.slots[token])) continue;
    const IndexerRow x = rotated(in.k, token, token);
    const double scale = indexer_row_scale(x, in.shape.power_of_two);
    for (const double value : x) values.k.push_back(value / scale);
    values.k_scale.push_back(scale);
  }
  return values;
}

std::vector<KernelShape> indexer_prepare_shapes() {
  std::vector<KernelShape> shapes;
  for (const PrepareCase& c : prepare_cases) {
    std::vector<std::string_view> models{"glm-5"};
    if (c.heads == 64) models = {"deepseek-v3.2"};
    shapes.push_back(
        {"tokens" + std::to_string(c.tokens) + "_h" + std::to_string(c.heads), models});
  }
  return shapes;
}

IndexerPrepareShape indexer_prepare_shape(std::size_t index) {
  const PrepareCase& c = prepare_cases.at(index);
  return {c.tokens, c.heads, true, c.interleaved, !c.interleaved};
}

KernelWork indexer_prepare_work(const IndexerPrepareInputs& in) {
  const double tokens = in.shape.tokens;
  const double rows = tokens * in.shape.heads;
  const auto written = static_cast<double>(
      std::ranges::count_if(in.slots, [&](int slot) { return !in.is_skipped(slot); }));
  // bf16 in and e4m3 out, weights in and out; of a key its scale as well, position and slot. The
  // table of RoPE is left out: tokens of a real batch share it.
  return {0,
          rows * (256 + 128 + 8) + tokens * (256 + 8) + (in.shape.paged ? written : tokens) * 132,
          ""};
}

}  // namespace bp::dsa
