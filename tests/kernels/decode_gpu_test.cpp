// Dense MLA decode on the GPU in hand. Skipped where there is none, a failure there under
// REQUIRE_GPU=1.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "kernels/check.h"
#include "kernels/mla/decode_mma_sync.h"
#include "kernels/reference/bf16.h"
#include "kernels/reference/compare.h"
#include "tests/kernels/on_gpu.h"

namespace bp::mla {
namespace {

// CUDA Programming Guide, table "Technical Specifications per Compute Capability".
constexpr GpuLimits a100{108, 166912, 167936};

class DecodeOnGpu : public test::KernelOnGpu {
 protected:
  /// A variant and the machine code that it comes from.
  struct How {
    const Module* module;
    DecodeVariant variant;
  };
  /// The entry for this GPU in its own code; that for a GPU with 99 KiB a block from the PTX for
  /// sm_80, through the driver.
  static std::vector<How> ways(int query_rows) {
    static const ModuleImage own = load_decode_image(gpu(), Tuning::free);
    static const ModuleImage portable = load_decode_image(gpu(), Tuning::portable);
    return {{own.module.get(), choose_variant(query_rows, limits_of(gpu(), Tuning::free))},
            {portable.module.get(), choose_variant(query_rows, limits_of(gpu(), Tuning::portable))},
            // What lies between the two: sm_80 itself.
            {own.module.get(), choose_variant(query_rows, a100)}};
  }
  static int most_parts(const How& how, const DecodeInputs& inputs) {
    return parts_for(how.variant, inputs.query_rows(), limits_of(gpu(), Tuning::free));
  }

  static DecodeOutputs run(const DecodeInputs& inputs, const How& how, int parts) {
    DecodeRun run(gpu(), *how.module, inputs, how.variant, parts);
    run.poison();
    run.enqueue();
    return run.outputs(timeout);
  }

  /// In one part, in a few, and in as many as fill the GPU; in all ways.
  static void expect_right(const DecodeInputs& inputs) {
    const auto expected = dense_decode_reference(inputs.problem());
    for (const How& how : ways(inputs.query_rows())) {
      ASSERT_NE(how.variant.entry, nullptr);
      for (const int parts : {1, 5, most_parts(how, inputs)}) {
        SCOPED_TRACE(testing::Message()
                     << how.variant.entry << ", " << parts << " parts, heads " << inputs.shape.h_q
                     << ", query tokens " << inputs.shape.s_q);
        const auto outputs = run(inputs, how, parts);
        const auto out = compare(outputs.out, expected.out, dense_decode_out_limits);
        EXPECT_TRUE(out.equal) << "out: " << out.sentence;
        const auto lse = compare(outputs.lse, expected.lse, dense_decode_lse_limits);
        EXPECT_TRUE(lse.equal) << "lse: " << lse.sentence;
      }
    }
  }
};

TEST_F(DecodeOnGpu, TheCheckIsSupported) { expect_check_passes(decode_mma_sync_kernel()); }

TEST_F(DecodeOnGpu, ARealShapeIsTimedAgainstACopy) {
  const Kernel kernel = decode_mma_sync_kernel();
  KernelResult result = kernel.check(gpu(), Tuning::free, 1, timeout);
  const std::size_t checked = result.figures.size();
  add_times(gpu(), kernel, timeout, result);
  EXPECT_EQ(result.status, Status::supported) << (result.reason ? result.reason->sentence : "");
  ASSERT_EQ(result.figures.size(), checked + 6);
  for (std::size_t i = checked; i < result.figures.size(); ++i) {
    EXPECT_GT(result.figures[i].value, 0) << result.figures[i].name;
    EXPECT_TRUE(std::isfinite(result.figures[i].value)) << result.figures[i].name;
  }
}

TEST_F(DecodeOnGpu, AllHeadCountsAndQueryLengths) {
  std::uint64_t seed = 10;
  for (const int heads : {8, 16, 64, 128}) {
    for (const int tokens : {1, 2, 3, 4, 5}) {
      expect_right(make_decode_inputs(
          {tokens, heads, tokens > 1, {0, 1, 31, 32, 63, 64, 65, 96, 130}}, seed++));
    }
  }
}

TEST_F(DecodeOnGpu, HeadCountsThatFillNoTile) {
  for (const int heads : {1, 7, 33}) {
    expect_right(make_decode_inputs({1, heads, false, {64, 1, 100}}, 30));
  }
}

TEST_F(DecodeOnGpu, WithoutCausalityEveryQuerySeesEveryKey) {
  expect_right(make_decode_inputs({3, 16, false, {0, 1, 2, 65, 130}}, 31));
}

TEST_F(DecodeOnGpu, LongSequences) {
  expect_right(make_decode_inputs({1, 16, false, {20000}}, 32));
  expect_right(make_decode_inputs({2, 16, true, {4097, 3, 6400}}, 33));
}

TEST_F(DecodeOnGpu, InputsOfFlashMlasTests) {
  // randn / 10 there; uniform of the same spread here. All probabilities are nearly the same.
  expect_right(make_decode_inputs({2, 128, true, {257, 64}}, 34, {0.1732f, 0.1732f}));
}

TEST_F(DecodeOnGpu, OnlyEmptyRequests) {
  const auto inputs = make_decode_inputs({2, 16, true, {0, 0, 0}}, 35);
  expect_right(inputs);
  for (const How& how : ways(inputs.query_rows())) {
    const auto outputs = run(inputs, how, 3);
    EXPECT_TRUE(std::ranges::all_of(outputs.out, [](double x) { return x == 0; }));
    EXPECT_TRUE(std::ranges::all_of(
        outputs.lse, [](double x) { return x == std::numeric_limits<double>::infinity(); }));
  }
}

TEST_F(DecodeOnGpu, EqualScoresGiveTheMean) {
  auto inputs = make_decode_inputs({1, 16, false, {1000}}, 36);
  std::ranges::fill(inputs.q, std::uint16_t{0});
  expect_right(inputs);
}

TEST_F(DecodeOnGpu, HugeLogitsDoNotOverflow) {
  expect_right(make_decode_inputs({1, 16, false, {90, 1, 700}}, 37, {4000, 0.5f}));
}

TEST_F(DecodeOnGpu, ThePlaceOfPagesChangesNothing) {
  for (const int heads : {8, 16, 64}) {
    const auto inputs = make_decode_inputs({2, heads, true, {1000, 130}}, 41);
    auto moved = inputs;
    // Each page goes one place further, the last one to the front.
    constexpr std::size_t page = std::size_t{page_tokens} * key_width;
    std::ranges::rotate(moved.cache, moved.cache.end() - static_cast<std::ptrdiff_t>(page));
    for (auto& entry : moved.block_table) {
      if (entry != unused_page) entry = (entry + 1) % moved.pages;
    }
    for (const How& how : ways(inputs.query_rows())) {
      EXPECT_EQ(run(moved, how, 3), run(inputs, how, 3)) << how.variant.entry;
    }
  }
}

TEST_F(DecodeOnGpu, SameInputSameBits) {
  for (const int heads : {16, 32, 128}) {
    const auto inputs = make_decode_inputs({1, heads, false, {3000, 17, 640}}, 38);
    for (const How& how : ways(inputs.query_rows())) {
      const int parts = most_parts(how, inputs);
      const auto first = run(inputs, how, parts);
      for (int i = 0; i < 20; ++i) {
        ASSERT_EQ(run(inputs, how, parts), first) << how.variant.entry << ", repetition " << i;
      }
    }
  }
}

TEST_F(DecodeOnGpu, OneRowMoreThanATileOfQueries) {
  for (const int heads : {17, 65}) {
    expect_right(make_decode_inputs({1, heads, false, {200, 31}}, 42));
  }
}

}  // namespace
}  // namespace bp::mla
