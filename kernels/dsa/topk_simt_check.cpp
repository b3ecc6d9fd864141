// The check of dsa.topk.simt: what `run` executes as evidence.
#include <array>
#include <limits>

#include "kernels/check.h"
#include "kernels/dsa/topk_simt.h"
#include "kernels/reference/parallel.h"

namespace bp::dsa {
namespace {

constexpr std::string_view topk_needs[] = {"redux_sync"};

/// Selections are the same or not.
constexpr CompareLimits topk_limits{std::numeric_limits<double>::denorm_min(), 0, -1};

constexpr auto topk_fault = "one logit is replaced by 1e30";

/// Rows short, as long as the list of candidates, and longer.
std::vector<TopkRowShape> topk_check_rows(int k) {
  std::vector<TopkRowShape> rows{{TopkRowKind::normal, 0},     {TopkRowKind::normal, 1},
                                 {TopkRowKind::normal, k - 1}, {TopkRowKind::normal, k},
                                 {TopkRowKind::normal, k + 1}, {TopkRowKind::nan, k + 3}};
  for (int kind = 0; kind < topk_row_kinds; ++kind) {
    rows.push_back({static_cast<TopkRowKind>(kind), 5003 + kind * 7});
  }
  return rows;
}

struct TopkExpected {
  std::vector<double> values;
  std::vector<double> indices;
};

void append(TopkExpected& all, const TopkRowValues& row) {
  all.values.insert(all.values.end(), row.values.begin(), row.values.end());
  all.indices.insert(all.indices.end(), row.indices.begin(), row.indices.end());
}

TopkExpected topk_expected(const TopkInputs& inputs) {
  std::vector<TopkRowValues> rows(static_cast<std::size_t>(inputs.rows));
  parallel_for(inputs.rows,
               [&](int r) { rows[static_cast<std::size_t>(r)] = expected_topk_row(inputs, r); });
  TopkExpected all;
  for (const auto& row : rows) append(all, row);
  return all;
}

TopkExpected topk_seen(const TopkInputs& inputs, std::span<const std::int32_t> outputs) {
  const auto k = static_cast<std::size_t>(inputs.k);
  std::vector<TopkRowValues> rows(static_cast<std::size_t>(inputs.rows));
  parallel_for(inputs.rows, [&](int r) {
    const auto i = static_cast<std::size_t>(r);
    rows[i] = topk_row_values(inputs, r, outputs.subspan(i * k, k));
  });
  TopkExpected all;
  for (const auto& row : rows) append(all, row);
  return all;
}

/// One logit in the device's copy alone: the output must follow it.
void check_topk_fault(TopkRun& run, TopkInputs inputs, const TopkExpected& expected,
                      std::chrono::milliseconds timeout) {
  const int row = inputs.rows - 1;
  // A column that was not chosen: the last row is of equal values, of which the first ones are.
  const int column = static_cast<int>(inputs.row(row).size()) - 1;
  const auto r = static_cast<std::size_t>(row);
  inputs.logits[r * static_cast<std::size_t>(inputs.row_stride) +
                static_cast<std::size_t>(inputs.row_begin[r] + column)] = 1e30f;
  run.set_logit(row, column, 1e30f);
  run.poison();
  run.enqueue();
  const auto outputs = run.outputs(timeout);
  const TopkExpected changed = topk_expected(inputs);
  const TopkExpected seen = topk_seen(inputs, outputs);
  expect_caught(!compare(seen.values, expected.values, topk_limits).equal, topk_fault);
  expect_caught(!compare(seen.indices, expected.indices, topk_limits).equal, topk_fault);
  expect_equal("planted fault", "values", seen.values, changed.values, topk_limits);
  expect_equal("planted fault", "indices", seen.indices, changed.indices, topk_limits);
}

void decide_topk(const Gpu& gpu, Tuning tuning, std::uint64_t seed,
                 std::chrono::milliseconds timeout, CheckRecord& record) {
  const ModuleImage image = load_topk_image(gpu, tuning);
  record.loaded(image);
  struct Part {
    int k;
    TopkOptions options;
    TopkVariant variant;
  };
  const std::array parts{Part{512, {3, 0, 1}, topk_many_rows},
                         Part{2048, {1, 64, 2}, topk_few_rows}};
  for (const Part& part : parts) {
    const TopkInputs inputs = make_topk_inputs(topk_check_rows(part.k), part.k, seed, part.options);
    const TopkExpected expected = topk_expected(inputs);
    TopkRun run(gpu, *image.module, inputs, part.variant);
    run.poison();
    run.enqueue();
    const auto outputs = run.outputs(timeout);
    record.launched();
    const TopkExpected seen = topk_seen(inputs, outputs);
    const std::string name = "k " + std::to_string(part.k) + ", " + part.variant.entry;
    record.expect_equal(name, "values", seen.values, expected.values, topk_limits);
    record.expect_equal(name, "indices", seen.indices, expected.indices, topk_limits);
    if (part.k == 512) check_topk_fault(run, inputs, expected, timeout);
  }
  record.verified(topk_fault);
}

std::vector<KernelEntry> topk_entries() {
  std::vector<KernelEntry> entries;
  for (const TopkVariant& variant : {topk_many_rows, topk_few_rows}) {
    entries.push_back({variant.entry, variant.threads, 0});
  }
  return entries;
}

KernelResult check_topk(const Gpu& gpu, Tuning tuning, std::uint64_t seed,
                        std::chrono::milliseconds timeout) {
  return run_check(gpu, topk_simt_kernel(), {8, 0},
                   [&](CheckRecord& record) { decide_topk(gpu, tuning, seed, timeout, record); });
}

}  // namespace

Kernel topk_simt_kernel() {
  return {.id = "dsa.topk.simt",
          .operation = "dsa.topk",
          .path = "simt",
          .title = "Top-k of 512 to 2048 of fp32 logits, exact, with translation of indices",
          .needs = topk_needs,
          .check = &check_topk,
          .time = nullptr,
          .shapes = &topk_shapes,
          .make_problem = &topk_problem,
          .has_portable = false,
          .entries = &topk_entries};
}

}  // namespace bp::dsa
