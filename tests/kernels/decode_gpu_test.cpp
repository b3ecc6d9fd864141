// Dense MLA decode on the GPU in hand. Skipped where there is none, a failure there under
// REQUIRE_GPU=1.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "kernels/check.h"
#include "kernels/embedded.h"
#include "kernels/mla/decode_mma_sync.h"
#include "kernels/mla/decode_tiling.h"
#include "kernels/reference/bf16.h"
#include "kernels/reference/compare.h"
#include "probes/assembly/rewrite.h"
#include "tests/kernels/on_gpu.h"

namespace bp::mla {
namespace {

// Driver attributes that make choose_variant take the entries of GPUs with 99 KiB a block.
constexpr GpuLimits small_gpu{48, portable_shared_bytes, 102400};

class DecodeOnGpu : public test::KernelOnGpu {
 protected:
  static const Module& module() {
    static const ModuleImage image = load_decode_image(gpu());
    return *image.module;
  }

  static DecodeOutputs run(const DecodeInputs& inputs, const DecodeVariant& variant, int parts,
                           const Module& used = module()) {
    DecodeRun run(gpu(), used, inputs, variant, parts);
    run.poison();
    run.enqueue();
    return run.outputs(timeout);
  }

  /// In one part, in a few, and in as many as fill the GPU; with the entry for this GPU and for a
  /// small one.
  static void expect_right(const DecodeInputs& inputs) {
    const auto expected = dense_decode_reference(inputs.problem());
    const auto limits = limits_of(gpu(), Tuning::free);
    for (const auto& variant : {choose_variant(inputs.query_rows(), limits),
                                choose_variant(inputs.query_rows(), small_gpu)}) {
      ASSERT_NE(variant.entry, nullptr);
      for (const int parts : {1, 5, parts_for(variant, inputs.query_rows(), limits)}) {
        SCOPED_TRACE(testing::Message()
                     << variant.entry << ", " << parts << " parts, heads " << inputs.shape.h_q
                     << ", query tokens " << inputs.shape.s_q);
        const auto outputs = run(inputs, variant, parts);
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
    for (const int tokens : {1, 2, 5}) {
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
  const auto outputs = run(inputs, choose_variant(32, limits_of(gpu(), Tuning::free)), 3);
  EXPECT_TRUE(std::ranges::all_of(outputs.out, [](double x) { return x == 0; }));
  EXPECT_TRUE(std::ranges::all_of(
      outputs.lse, [](double x) { return x == std::numeric_limits<double>::infinity(); }));
}

TEST_F(DecodeOnGpu, EqualScoresGiveTheMean) {
  auto inputs = make_decode_inputs({1, 16, false, {1000}}, 36);
  std::ranges::fill(inputs.q, std::uint16_t{0});
  expect_right(inputs);
}

TEST_F(DecodeOnGpu, HugeLogitsDoNotOverflow) {
  expect_right(make_decode_inputs({1, 16, false, {90, 1, 700}}, 37, {4000, 0.5f}));
}

TEST_F(DecodeOnGpu, SameInputSameBits) {
  for (const int heads : {16, 128}) {
    const auto inputs = make_decode_inputs({1, heads, false, {3000, 17, 640}}, 38);
    const auto limits = limits_of(gpu(), Tuning::free);
    const auto variant = choose_variant(heads, limits);
    const int parts = parts_for(variant, heads, limits);
    const auto first = run(inputs, variant, parts);
    for (int i = 0; i < 20; ++i)
      ASSERT_EQ(run(inputs, variant, parts), first) << "repetition " << i;
  }
}

TEST_F(DecodeOnGpu, ThePortablePtxThroughTheDriver) {
  const auto ptx =
      retarget(kernel_pack().ptx("mla.dense_decode.mma_sync"), {7, 0}, {{8, 0}, Suffix::none});
  std::vector<std::uint8_t> text(ptx.begin(), ptx.end());
  text.push_back(0);
  const Module from_ptx(gpu(), text);
  const auto inputs = make_decode_inputs({2, 64, true, {130, 0, 64}}, 39);
  const auto expected = dense_decode_reference(inputs.problem());
  const auto outputs =
      run(inputs, choose_variant(128, limits_of(gpu(), Tuning::free)), 4, from_ptx);
  const auto out = compare(outputs.out, expected.out, dense_decode_out_limits);
  EXPECT_TRUE(out.equal) << out.sentence;
}

}  // namespace
}  // namespace bp::mla
