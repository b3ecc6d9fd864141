// Sparse MLA prefill on the GPU in hand. Skipped where there is none, a failure there under
// REQUIRE_GPU=1.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "kernels/check.h"
#include "kernels/mla/sparse_prefill_mma_sync.h"
#include "kernels/mla/sparse_prefill_wgmma.h"
#include "kernels/reference/bf16.h"
#include "probes/features/host.h"
#include "tests/kernels/on_gpu.h"

namespace bp::mla {
namespace {

struct Way {
  const SparsePrefillPath& path;
  Tuning tuning;
  const Module& module;
};

class SparsePrefillOnGpu : public test::KernelOnGpu {
 protected:
  /// The paths that this GPU has.
  static std::vector<Way> ways() {
    const auto& mma_sync = sparse_prefill_mma_sync_path();
    static const ModuleImage best = mma_sync.load(gpu(), Tuning::free);
    static const ModuleImage portable = mma_sync.load(gpu(), Tuning::portable);
    std::vector<Way> all{{mma_sync, Tuning::free, *best.module},
                         {mma_sync, Tuning::portable, *portable.module}};
    if (gpu().cc() == ComputeCapability{9, 0}) {
      const auto& wgmma = sparse_prefill_wgmma_path();
      static const ModuleImage hopper = wgmma.load(gpu(), Tuning::free);
      all.push_back({wgmma, Tuning::free, *hopper.module});
    }
    return all;
  }

  static SparsePrefillOutputs run(const Way& way, const SparsePrefillInputs& inputs) {
    SparsePrefillRun run(gpu(), way.module, inputs,
                         choose_sparse_prefill(way.path, inputs.shape, gpu(), way.tuning));
    run.poison();
    run.enqueue();
    return run.outputs(timeout);
  }

  static void expect_near(const SparsePrefillOutputs& outputs,
                          const SparsePrefillResult& expected) {
    const auto out = compare(outputs.out, expected.out, sparse_prefill_out_limits);
    EXPECT_TRUE(out.equal) << "out: " << out.sentence;
    const auto logits =
        compare(outputs.max_logits, expected.max_logits, sparse_prefill_logit_limits);
    EXPECT_TRUE(logits.equal) << "max_logits: " << logits.sentence;
    const auto lse = compare(outputs.lse, expected.lse, sparse_prefill_logit_limits);
    EXPECT_TRUE(lse.equal) << "lse: " << lse.sentence;
  }

  static void expect_right(const SparsePrefillInputs& inputs) {
    const auto expected = sparse_prefill_reference(inputs.problem());
    for (const Way& way : ways()) {
      SCOPED_TRACE(testing::Message()
                   << way.path.unit << ", " << to_string(way.tuning) << ", width "
                   << inputs.shape.width << ", heads " << inputs.shape.h_q << ", top "
                   << inputs.shape.topk << " of " << inputs.shape.s_kv);
      expect_near(run(way, inputs), expected);
    }
  }
};

TEST_F(SparsePrefillOnGpu, TheCheckOnMmaSyncIsSupported) {
  expect_check_passes(sparse_prefill_mma_sync_kernel());
}

TEST_F(SparsePrefillOnGpu, TheCheckOnWgmmaIsSupported) {
  if (gpu().cc() != ComputeCapability{9, 0}) GTEST_SKIP() << "wgmma is sm_90a's";
  expect_check_passes(sparse_prefill_wgmma_kernel());
}

TEST_F(SparsePrefillOnGpu, AllHeadCountsAndWidths) {
  std::uint64_t seed = 10;
  for (const int width : {576, 512}) {
    for (const int heads : {16, 64, 128}) {
      expect_right(make_sparse_prefill_inputs(
          {.s_q = 3, .h_q = heads, .width = width, .s_kv = 700, .topk = 512}, seed++));
    }
  }
}

TEST_F(SparsePrefillOnGpu, HeadCountsThatFillNoTile) {
  for (const int heads : {1, 8, 33, 65, 100}) {
    expect_right(
        make_sparse_prefill_inputs({.s_q = 2, .h_q = heads, .s_kv = 300, .topk = 130}, 20));
  }
}

TEST_F(SparsePrefillOnGpu, AnyNumberOfEntries) {
  for (const int topk : {1, 2, 15, 31, 32, 33, 63, 64, 65, 127, 128, 129, 191, 192, 193, 257}) {
    expect_right(make_sparse_prefill_inputs({.s_q = 2, .h_q = 16, .s_kv = 300, .topk = topk},
                                            static_cast<std::uint64_t>(topk)));
  }
}

TEST_F(SparsePrefillOnGpu, AThirdOfTheEntriesNameNothing) {
  for (const int width : {576, 512}) {
    expect_right(make_sparse_prefill_inputs(
        {.s_q = 4, .h_q = 64, .width = width, .s_kv = 900, .topk = 400, .percent_nothing = 33},
        30));
  }
}

TEST_F(SparsePrefillOnGpu, LengthsAndSinks) {
  expect_right(make_sparse_prefill_inputs({.s_q = 40,
                                           .h_q = 16,
                                           .s_kv = 600,
                                           .topk = 300,
                                           .percent_nothing = 5,
                                           .lengths = true,
                                           .sinks = true},
                                          31));
}

TEST_F(SparsePrefillOnGpu, LengthsOutsideOfTheListAreCutToIt) {
  auto inputs = make_sparse_prefill_inputs({.s_q = 3, .h_q = 16, .s_kv = 100, .topk = 70}, 32);
  auto expected = inputs;
  inputs.topk_length = {-5, 1000, std::numeric_limits<std::int32_t>::max()};
  expected.topk_length = {0, 70, 70};
  const auto reference = sparse_prefill_reference(expected.problem());
  for (const Way& way : ways()) expect_near(run(way, inputs), reference);
}

TEST_F(SparsePrefillOnGpu, MoreEntriesThanKeysAndOneKeyForAll) {
  expect_right(make_sparse_prefill_inputs({.s_q = 2, .h_q = 16, .s_kv = 5, .topk = 640}, 33));
  expect_right(make_sparse_prefill_inputs({.s_q = 2, .h_q = 16, .s_kv = 1, .topk = 640}, 34));
}

TEST_F(SparsePrefillOnGpu, ListsThatNameNothing) {
  auto inputs = make_sparse_prefill_inputs(
      {.s_q = 3, .h_q = 64, .s_kv = 50, .topk = 200, .percent_nothing = 100, .sinks = true}, 35);
  expect_right(inputs);
  for (const Way& way : ways()) {
    const auto outputs = run(way, inputs);
    EXPECT_TRUE(std::ranges::all_of(outputs.out, [](double x) { return x == 0; }));
    EXPECT_TRUE(std::ranges::all_of(outputs.lse, [](double x) { return std::isinf(x) && x > 0; }));
    EXPECT_TRUE(
        std::ranges::all_of(outputs.max_logits, [](double x) { return std::isinf(x) && x < 0; }));
  }
}

TEST_F(SparsePrefillOnGpu, KeysThatStartLateInTheList) {
  // Whole tiles before the first key.
  auto inputs = make_sparse_prefill_inputs({.s_q = 1, .h_q = 64, .s_kv = 400, .topk = 400}, 36);
  std::fill_n(inputs.indices.begin(), 333, -1);
  inputs.spoil_unnamed_rows();
  expect_right(inputs);
}

TEST_F(SparsePrefillOnGpu, EqualScoresGiveTheMean) {
  auto inputs = make_sparse_prefill_inputs({.s_q = 2, .h_q = 16, .s_kv = 900, .topk = 1000}, 37);
  std::ranges::fill(inputs.q, std::uint16_t{0});
  expect_right(inputs);
}

TEST_F(SparsePrefillOnGpu, HugeLogitsDoNotOverflow) {
  expect_right(make_sparse_prefill_inputs({.s_q = 2, .h_q = 16, .s_kv = 900, .topk = 700}, 38,
                                          {4000, 0.5f}));
}

TEST_F(SparsePrefillOnGpu, RisingAndFallingScores) {
  // The largest score comes last, then first: every tile raises the maximum, then none does.
  auto inputs = make_sparse_prefill_inputs({.s_q = 2, .h_q = 16, .s_kv = 640, .topk = 640}, 39);
  for (std::size_t i = 0; i < inputs.q.size(); i += 576) inputs.q[i] = to_bf16(1);
  std::vector<std::int32_t> order(640);
  std::iota(order.begin(), order.end(), 0);
  Random random(1);
  for (std::size_t key = 0; key < 640; ++key) {
    for (std::size_t d = 0; d < 576; ++d) {
      inputs.kv[key * 576 + d] = to_bf16(static_cast<float>(random.unit()) * 0.5f);
    }
    inputs.kv[key * 576] = to_bf16(static_cast<float>(key) * 4);
  }
  std::ranges::copy(order, inputs.indices.begin());
  std::ranges::copy(order.rbegin(), order.rend(), inputs.indices.begin() + 640);
  expect_right(inputs);
}

TEST_F(SparsePrefillOnGpu, LongLists) {
  expect_right(make_sparse_prefill_inputs(
      {.s_q = 2, .h_q = 128, .s_kv = 20000, .topk = 2048, .percent_nothing = 1}, 40));
}

TEST_F(SparsePrefillOnGpu, TheOrderOfAListDoesNotMatter) {
  const auto inputs = make_sparse_prefill_inputs(
      {.s_q = 1, .h_q = 64, .s_kv = 500, .topk = 450, .percent_nothing = 5}, 41);
  const auto expected = sparse_prefill_reference(inputs.problem());
  auto turned = inputs;
  std::ranges::reverse(turned.indices);
  auto rotated = inputs;
  std::ranges::rotate(rotated.indices, rotated.indices.begin() + 77);
  for (const Way& way : ways()) {
    expect_near(run(way, turned), expected);
    expect_near(run(way, rotated), expected);
  }
}

TEST_F(SparsePrefillOnGpu, SameInputSameBits) {
  const auto inputs = make_sparse_prefill_inputs(
      {.s_q = 140, .h_q = 128, .s_kv = 3000, .topk = 512, .percent_nothing = 2}, 42);
  for (const Way& way : ways()) {
    SparsePrefillRun run(gpu(), way.module, inputs,
                         choose_sparse_prefill(way.path, inputs.shape, gpu(), way.tuning));
    run.enqueue();
    const auto first = run.outputs(timeout);
    for (int i = 0; i < 20; ++i) {
      run.poison();
      run.enqueue();
      ASSERT_EQ(run.outputs(timeout), first) << way.path.unit << ", repetition " << i;
    }
  }
}

}  // namespace
}  // namespace bp::mla
