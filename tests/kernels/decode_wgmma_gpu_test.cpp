// Dense MLA decode on wgmma, on the GPU in hand. Skipped where there is none or where it has no
// wgmma; without any GPU a failure under REQUIRE_GPU=1.
#include <gtest/gtest.h>

#include <algorithm>
#include <limits>

#include "kernels/limits.h"
#include "kernels/mla/decode_wgmma.h"
#include "kernels/reference/bf16.h"
#include "kernels/reference/compare.h"
#include "tests/kernels/on_gpu.h"

namespace bp::mla {
namespace {

class DecodeWgmma : public test::KernelOnGpu {
 protected:
  void SetUp() override {
    KernelOnGpu::SetUp();
    if (IsSkipped() || HasFatalFailure()) return;
    if (gpu().cc().major != 9) GTEST_SKIP() << "wgmma is for sm_90a alone";
  }

  static const Module& module() {
    static const ModuleImage image = load_decode_wgmma_image(gpu());
    return *image.module;
  }

  static DecodeVariant variant_of(const DecodeInputs& inputs) {
    return choose_wgmma_variant(inputs.query_rows(), limits_of(gpu(), Tuning::free));
  }

  static int most_parts(const DecodeInputs& inputs) {
    return parts_for(variant_of(inputs), inputs.query_rows(), limits_of(gpu(), Tuning::free));
  }

  static DecodeOutputs run(const DecodeInputs& inputs, int parts) {
    DecodeRun run(gpu(), module(), inputs, variant_of(inputs), parts);
    run.poison();
    run.enqueue();
    return run.outputs(timeout);
  }

  /// In one part, in a few, and in as many as fill the GPU.
  static void expect_right(const DecodeInputs& inputs) {
    const auto expected = dense_decode_reference(inputs.problem());
    for (const int parts : {1, 5, most_parts(inputs)}) {
      SCOPED_TRACE(testing::Message() << parts << " parts, heads " << inputs.shape.h_q
                                      << ", query tokens " << inputs.shape.s_q);
      const auto outputs = run(inputs, parts);
      const auto out = compare(outputs.out, expected.out, dense_decode_out_limits);
      EXPECT_TRUE(out.equal) << "out: " << out.sentence;
      const auto lse = compare(outputs.lse, expected.lse, dense_decode_lse_limits);
      EXPECT_TRUE(lse.equal) << "lse: " << lse.sentence;
    }
  }
};

TEST_F(DecodeWgmma, TheCheckIsSupported) { expect_check_passes(decode_wgmma_kernel()); }

TEST_F(DecodeWgmma, AllHeadCountsAndQueryLengths) {
  std::uint64_t seed = 10;
  for (const int heads : {8, 16, 64, 128}) {
    for (const int tokens : {1, 2, 3, 4}) {
      expect_right(make_decode_inputs(
          {tokens, heads, tokens > 1, {0, 1, 2, 31, 63, 64, 65, 128, 129, 193}}, seed++));
    }
  }
}

TEST_F(DecodeWgmma, HeadCountsThatFillNoTile) {
  for (const int heads : {1, 7, 65, 100}) {
    expect_right(make_decode_inputs({1, heads, false, {64, 1, 100}}, 30));
    expect_right(make_decode_inputs({2, heads, true, {65, 1, 100}}, 31));
  }
}

TEST_F(DecodeWgmma, WithoutCausalityEveryQuerySeesEveryKey) {
  expect_right(make_decode_inputs({4, 64, false, {0, 1, 2, 65, 130}}, 32));
}

TEST_F(DecodeWgmma, LongSequences) {
  expect_right(make_decode_inputs({1, 16, false, {20000}}, 33));
  expect_right(make_decode_inputs({1, 128, false, {9000}}, 34));
  expect_right(make_decode_inputs({2, 64, true, {4097, 3, 6400}}, 35));
}

TEST_F(DecodeWgmma, InputsOfFlashMlasTests) {
  // randn / 10 there; uniform of the same spread here. All probabilities are nearly the same.
  expect_right(make_decode_inputs({2, 128, true, {257, 64}}, 36, {0.1732f, 0.1732f}));
}

TEST_F(DecodeWgmma, OnlyEmptyRequests) {
  for (const int heads : {16, 128}) {
    const auto inputs = make_decode_inputs({2, heads, true, {0, 0, 0}}, 37);
    expect_right(inputs);
    const auto outputs = run(inputs, 3);
    EXPECT_TRUE(std::ranges::all_of(outputs.out, [](double x) { return x == 0; }));
    EXPECT_TRUE(std::ranges::all_of(
        outputs.lse, [](double x) { return x == std::numeric_limits<double>::infinity(); }));
  }
}

TEST_F(DecodeWgmma, EqualScoresGiveTheMean) {
  for (const int heads : {16, 128}) {
    auto inputs = make_decode_inputs({1, heads, false, {1000}}, 38);
    std::ranges::fill(inputs.q, std::uint16_t{0});
    expect_right(inputs);
  }
}

TEST_F(DecodeWgmma, HugeLogitsDoNotOverflow) {
  expect_right(make_decode_inputs({1, 16, false, {90, 1, 700}}, 39, {4000, 0.5f}));
}

TEST_F(DecodeWgmma, AMaximumThatGrowsWithEveryPage) {
  // Keys of later pages are longer: each page changes the maxima, so every output is rescaled.
  auto inputs = make_decode_inputs({1, 64, false, {512}}, 40, {1, 0.5f});
  std::ranges::fill(inputs.q, to_bf16(0.5f));
  for (int token = 0; token < 512; ++token) {
    for (int i = 0; i < 576; ++i) {
      auto& key = inputs.cache[inputs.key_at(0, token) + static_cast<std::size_t>(i)];
      key = to_bf16(from_bf16(key) + static_cast<float>(token / 64) * 0.25f);
    }
  }
  expect_right(inputs);
}

TEST_F(DecodeWgmma, ThePlaceOfPagesChangesNothing) {
  const auto inputs = make_decode_inputs({2, 64, true, {1000, 130}}, 41);
  const auto first = run(inputs, 3);
  auto moved = inputs;
  // Each page goes one place further, the last one to the front.
  constexpr std::size_t page = std::size_t{64} * 576;
  std::ranges::rotate(moved.cache, moved.cache.end() - static_cast<std::ptrdiff_t>(page));
  for (auto& entry : moved.block_table) {
    if (entry != unused_page) entry = (entry + 1) % moved.pages;
  }
  EXPECT_EQ(run(moved, 3), first);
}

TEST_F(DecodeWgmma, SameInputSameBits) {
  for (const int heads : {16, 128}) {
    const auto inputs = make_decode_inputs({1, heads, false, {3000, 17, 640}}, 42);
    const int parts = most_parts(inputs);
    const auto first = run(inputs, parts);
    for (int i = 0; i < 20; ++i) ASSERT_EQ(run(inputs, parts), first) << "repetition " << i;
  }
}

}  // namespace
}  // namespace bp::mla
