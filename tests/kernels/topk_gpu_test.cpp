// Top-k selection on the GPU in hand. Skipped where there is none, a failure there under
// REQUIRE_GPU=1.
#include <gtest/gtest.h>

#include <algorithm>

#include "kernels/dsa/topk_simt.h"
#include "kernels/reference/topk.h"
#include "tests/kernels/on_gpu.h"

namespace bp::dsa {
namespace {

std::vector<TopkRowShape> every_kind(int length) {
  std::vector<TopkRowShape> rows;
  for (int kind = 0; kind < topk_row_kinds; ++kind) {
    rows.push_back({static_cast<TopkRowKind>(kind), length});
  }
  return rows;
}

class TopkOnGpu : public test::KernelOnGpu {
 protected:
  static std::vector<std::int32_t> run(const TopkInputs& inputs, const TopkVariant& variant,
                                       Tuning tuning = Tuning::free) {
    const ModuleImage image = load_topk_image(gpu(), tuning);
    TopkRun run(gpu(), *image.module, inputs, variant);
    run.poison();
    run.enqueue();
    return run.outputs(timeout);
  }

  static void expect_right(const TopkInputs& inputs, Tuning tuning = Tuning::free) {
    for (const TopkVariant& variant : {topk_many_rows, topk_few_rows}) {
      const auto outputs = run(inputs, variant, tuning);
      const auto k = static_cast<std::size_t>(inputs.k);
      for (int row = 0; row < inputs.rows; ++row) {
        SCOPED_TRACE(testing::Message() << variant.entry << ", k " << k << ", row " << row
                                        << " of length " << inputs.row(row).size());
        const auto seen = topk_row_values(
            inputs, row, std::span(outputs).subspan(static_cast<std::size_t>(row) * k, k));
        const auto expected = expected_topk_row(inputs, row);
        // NaN is not equal to itself.
        const auto first_nan =
            std::ranges::find_if(expected.values, [](double x) { return x != x; });
        const auto numbers = first_nan - expected.values.begin();
        ASSERT_EQ(seen.values.size(), expected.values.size());
        EXPECT_TRUE(std::equal(expected.values.begin(), first_nan, seen.values.begin()));
        EXPECT_TRUE(std::all_of(seen.values.begin() + numbers, seen.values.end(),
                                [](double x) { return x != x; }));
        EXPECT_EQ(seen.indices, expected.indices) << "which of equal ones, and the order";
      }
    }
  }
};

TEST_F(TopkOnGpu, TheCheckIsSupported) { expect_check_passes(topk_simt_kernel()); }

TEST_F(TopkOnGpu, EveryKindOfRow) {
  for (const int k : {512, 1024, 2048}) {
    for (const int length : {4097, 9000, 32768}) {
      expect_right(make_topk_inputs(every_kind(length), k, 2));
    }
  }
}

TEST_F(TopkOnGpu, EveryLengthAroundItsLimits) {
  std::vector<TopkRowShape> rows;
  for (const int length :
       {0, 1, 2, 511, 512, 513, 2047, 2048, 2049, 4095, 4096, 4097, 4099, 6000}) {
    rows.push_back({TopkRowKind::normal, length});
    rows.push_back({TopkRowKind::few_values, length});
    rows.push_back({TopkRowKind::mostly_nan, length});
  }
  for (const int k : {1, 7, 512, 2048}) expect_right(make_topk_inputs(rows, k, 3));
}

TEST_F(TopkOnGpu, LongRows) {
  expect_right(make_topk_inputs(every_kind(131072 + 3), 2048, 4));
  expect_right(make_topk_inputs(every_kind(300001), 512, 5));
}

TEST_F(TopkOnGpu, RangesOfRowsAtEveryAlignment) {
  std::vector<TopkRowShape> rows;
  for (int i = 0; i < 12; ++i) rows.push_back({TopkRowKind::normal, 5000 + i});
  for (int first = 1; first < 5; ++first) {
    expect_right(make_topk_inputs(rows, 512, 6, {.first_begin = first}));
  }
}

TEST_F(TopkOnGpu, IndicesArePlacesOfAPagedCache) {
  for (const int page : {64, 61, 2}) {
    std::vector<TopkRowShape> rows = every_kind(7000);
    rows.push_back({TopkRowKind::normal, 100});
    rows.push_back({TopkRowKind::normal, 0});
    expect_right(make_topk_inputs(rows, 1024, 7, {.page_tokens = page}));
    expect_right(make_topk_inputs(rows, 1024, 8,
                                  {.first_begin = 2, .page_tokens = page, .rows_per_table = 3}));
  }
}

TEST_F(TopkOnGpu, ThePortablePtxThroughTheDriver) {
  expect_right(make_topk_inputs(every_kind(20000), 2048, 9), Tuning::portable);
}

TEST_F(TopkOnGpu, SameInputSameBits) {
  const auto inputs = make_topk_inputs(every_kind(20001), 2048, 10);
  for (const TopkVariant& variant : {topk_many_rows, topk_few_rows}) {
    const auto first = run(inputs, variant);
    for (int i = 0; i < 20; ++i) ASSERT_EQ(run(inputs, variant), first) << "repetition " << i;
  }
}

TEST_F(TopkOnGpu, TheOrderOfTheColumnsChangesNoValue) {
  const std::vector<TopkRowShape> shape{{TopkRowKind::normal, 30000}};
  auto inputs = make_topk_inputs(shape, 2048, 11);
  const auto values = [&] { return topk_row_values(inputs, 0, run(inputs, topk_few_rows)).values; };
  const auto before = values();
  std::reverse(inputs.logits.begin(), inputs.logits.begin() + 30000);
  EXPECT_EQ(values(), before);
}

TEST_F(TopkOnGpu, RealShapesAreRight) {
  const auto shapes = topk_shapes();
  for (std::size_t i = 0; i < shapes.size(); ++i) {
    if (i != 2 && i != 6) continue;  // those that are quickly made
    SCOPED_TRACE(shapes[i].name);
    const auto problem = topk_problem(i, 12, nullptr);
    std::any image;
    const auto loaded = problem->load(gpu(), Tuning::free, image);
    const auto run = loaded->upload();
    run->poison();
    run->enqueue();
    EXPECT_NO_THROW(run->verify(timeout));
    EXPECT_GT(problem->work().bytes, 0);
  }
}

}  // namespace
}  // namespace bp::dsa
