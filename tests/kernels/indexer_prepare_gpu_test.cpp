// RoPE, rotation and quantisation of the indexer's inputs on the GPU in hand. Skipped where there
// is none, a failure there under REQUIRE_GPU=1.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "kernels/dsa/indexer_params.h"
#include "kernels/dsa/indexer_prepare_simt.h"
#include "kernels/reference/bf16.h"
#include "kernels/reference/indexer_prepare.h"
#include "tests/kernels/on_gpu.h"

namespace bp::dsa {
namespace {

class IndexerPrepareOnGpu : public test::KernelOnGpu {
 protected:
  static const Module& module() {
    static const ModuleImage image = load_indexer_prepare_image(gpu(), Tuning::free);
    return *image.module;
  }

  static void expect_right(const IndexerPrepareInputs& inputs) {
    const int tokens = inputs.shape.tokens;
    const auto expected = indexer_prepare_reference(inputs, 0, tokens);
    IndexerPrepareRun run(gpu(), module(), inputs);
    run.poison();
    run.enqueue();
    const auto actual = run.values(0, tokens, timeout);
    const auto same = [&](const char* name, const std::vector<double>& a,
                          const std::vector<double>& e, const CompareLimits& limits) {
      const auto seen = compare(a, e, limits);
      EXPECT_TRUE(seen.equal) << name << ", heads " << inputs.shape.heads << ", tokens " << tokens
                              << ": " << seen.sentence;
    };
    same("q", actual.q, expected.q, indexer_prepare_code_limits);
    same("weights", actual.weights, expected.weights, indexer_prepare_scale_limits);
    same("k", actual.k, expected.k, indexer_prepare_code_limits);
    same("k_scale", actual.k_scale, expected.k_scale, indexer_prepare_scale_limits);
  }
};

TEST_F(IndexerPrepareOnGpu, TheCheckIsSupported) {
  expect_check_passes(indexer_prepare_simt_kernel());
}

TEST_F(IndexerPrepareOnGpu, AllShapesAndForms) {
  std::uint64_t seed = 1;
  for (const int heads : {1, 32, 64}) {
    for (const int tokens : {1, 5, 130}) {
      for (const bool paged : {false, true}) {
        for (const bool form : {false, true}) {
          expect_right(make_indexer_prepare_inputs({tokens, heads, paged, form, !form}, seed++));
          expect_right(make_indexer_prepare_inputs({tokens, heads, paged, form, form}, seed++));
        }
      }
    }
  }
}

TEST_F(IndexerPrepareOnGpu, WritesNothingButItsSlots) {
  auto inputs = make_indexer_prepare_inputs({4, 32, true, false, false}, 90);
  ASSERT_EQ(inputs.cache_slots(), 128);
  inputs.slots = {70, -1, 3, 128};
  IndexerPrepareRun run(gpu(), module(), inputs);
  run.poison();
  run.enqueue();
  const auto bytes = run.bytes(timeout);
  const std::size_t pages = 4 * 32 * 128 + 4 * 32 * 4;  // behind q and weights
  // Two pages, and what a slot behind them would write to.
  ASSERT_GE(bytes.size(), pages + 3 * indexer_page_bytes);
  std::size_t written = 0;
  for (std::size_t i = 0; i < 3 * indexer_page_bytes; ++i) {
    const std::size_t page = i / indexer_page_bytes;
    const std::size_t at = i % indexer_page_bytes;
    const std::size_t row = at < 8192 ? at / 128 : (at - 8192) / 4;
    const bool used = (page == 0 && row == 3) || (page == 1 && row == 6);
    ASSERT_TRUE(used || bytes[pages + i] == 0xff) << i;
    if (bytes[pages + i] != 0xff) ++written;
  }
  EXPECT_GT(written, 200u);
}

TEST_F(IndexerPrepareOnGpu, SlotsFarBehindTheCacheAreSkipped) {
  auto inputs = make_indexer_prepare_inputs({3, 32, true, false, false}, 93);
  inputs.slots = {std::numeric_limits<std::int32_t>::max(),
                  std::numeric_limits<std::int32_t>::min(), inputs.cache_slots() - 1};
  expect_right(inputs);
}

TEST_F(IndexerPrepareOnGpu, EqualComponentsLeaveOneCode) {
  auto inputs = make_indexer_prepare_inputs({2, 32, false, false, false}, 91);
  std::ranges::fill(inputs.q, to_bf16(3.0f));
  std::ranges::fill(inputs.cos_sin, 0.0f);
  for (std::size_t i = 0; i < inputs.cos_sin.size(); ++i) {
    if (i % 64 < 32) inputs.cos_sin[i] = 1;
  }
  IndexerPrepareRun run(gpu(), module(), inputs);
  run.poison();
  run.enqueue();
  const auto q = run.values(0, 2, timeout).q;
  for (std::size_t i = 0; i < q.size(); ++i) ASSERT_EQ(q[i], i % 128 == 0 ? 448 : 0) << i;
}

TEST_F(IndexerPrepareOnGpu, SameInputSameBits) {
  const auto inputs = make_indexer_prepare_inputs({77, 64, true, true, true}, 92);
  IndexerPrepareRun run(gpu(), module(), inputs);
  run.poison();
  run.enqueue();
  const auto first = run.bytes(timeout);
  for (int i = 0; i < 20; ++i) {
    run.poison();
    run.enqueue();
    ASSERT_EQ(run.bytes(timeout), first) << "repetition " << i;
  }
}

}  // namespace
}  // namespace bp::dsa
