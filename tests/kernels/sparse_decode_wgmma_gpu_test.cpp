// Sparse MLA decode of every path on the GPU in hand. Skipped where there is none, a failure there
// under REQUIRE_GPU=1.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "kernels/mla/sparse_decode_wgmma.h"
#include "kernels/reference/bf16.h"
#include "tests/kernels/on_gpu.h"

namespace bp::mla {
namespace {

struct PathOfTest {
  const char* name;
  const SparseDecodePath& (*path)();
  Tuning tuning = Tuning::free;
};

void PrintTo(const PathOfTest& path, std::ostream* out) { *out << path.name; }

class SparseDecodeWgmmaOnGpu : public test::KernelOnGpu,
                               public testing::WithParamInterface<PathOfTest> {
 protected:
  void SetUp() override {
    KernelOnGpu::SetUp();
    if (IsSkipped() || HasFatalFailure()) return;
    if (gpu().cc() < path().smallest || (path().smallest.major == 9 && gpu().cc().major != 9)) {
      GTEST_SKIP() << "of another GPU";
    }
    image_ = path().load(gpu(), GetParam().tuning);
  }
  const SparseDecodePath& path() const { return GetParam().path(); }

  SparseDecodeVariant choose(const SparseDecodeInputs& inputs) const {
    return path().choose(inputs.shape.layout, inputs.shape.h_q, limits());
  }
  GpuLimits limits() const { return limits_of(gpu(), GetParam().tuning); }
  int most_parts(const SparseDecodeInputs& inputs) const {
    return choose(inputs).parts(inputs.shape.h_q, limits().multiprocessors);
  }

  SparseDecodeOutputs run(const SparseDecodeInputs& inputs, int parts) const {
    SparseDecodeRun run(gpu(), *image_.module, inputs, choose(inputs), parts);
    run.poison();
    run.enqueue();
    return run.outputs(timeout);
  }

  static void expect_equal_to(const SparseDecodeOutputs& outputs,
                              const SparseDecodeResult& expected) {
    const auto out = compare(outputs.out, expected.out, sparse_decode_out_limits);
    EXPECT_TRUE(out.equal) << "out: " << out.sentence;
    const auto lse = compare(outputs.lse, expected.lse, sparse_decode_lse_limits);
    EXPECT_TRUE(lse.equal) << "lse: " << lse.sentence;
  }

  /// In one part, in a few, and in as many as fill the GPU.
  void expect_right(const SparseDecodeInputs& inputs) const {
    const auto expected = sparse_decode_reference(inputs.problem());
    ASSERT_NE(choose(inputs).entry, nullptr);
    for (const int parts : {1, 5, most_parts(inputs)}) {
      SCOPED_TRACE(testing::Message()
                   << choose(inputs).entry << ", " << parts << " parts, heads " << inputs.shape.h_q
                   << ", query tokens " << inputs.shape.s_q << ", topk " << inputs.shape.pool.topk
                   << " + " << inputs.shape.extra.topk);
      expect_equal_to(run(inputs, parts), expected);
    }
  }

 private:
  ModuleImage image_;
};

SparseDecodeShape v32_shape(int s_q, int heads, int topk, std::vector<std::int32_t> contexts) {
  SparseDecodeShape shape;
  shape.s_q = s_q;
  shape.h_q = heads;
  shape.pool = {.topk = topk, .page_tokens = 64, .contexts = std::move(contexts), .lengths = false};
  return shape;
}

SparseDecodeShape model1_shape(int s_q, int heads, int window, int topk,
                               std::vector<std::int32_t> contexts) {
  SparseDecodeShape shape = v32_shape(s_q, heads, window, contexts);
  shape.layout = KvLayout::model1;
  shape.pool.page_tokens = 256;
  if (topk != 0) {
    shape.extra = {
        .topk = topk, .page_tokens = 64, .contexts = std::move(contexts), .lengths = false};
  }
  return shape;
}

TEST_P(SparseDecodeWgmmaOnGpu, TheCheckIsSupported) {
  for (const std::uint64_t seed : {1u, 2u, 3u}) {
    const auto result = path().kernel().check(gpu(), GetParam().tuning, seed, timeout);
    EXPECT_EQ(result.status, Status::supported) << (result.reason ? result.reason->sentence : "");
    EXPECT_EQ(strongest(result.evidence), EvidenceKind::verified);
  }
}

TEST_P(SparseDecodeWgmmaOnGpu, AllHeadCountsAndQueryLengths) {
  std::uint64_t seed = 10;
  for (const int heads : {8, 16, 64, 128}) {
    for (const int tokens : {1, 2, 3}) {
      expect_right(make_sparse_decode_inputs(
          v32_shape(tokens, heads, 192, {0, 1, 63, 64, 65, 128, 500}), seed++));
      auto shape = model1_shape(tokens, heads, 128, 192, {0, 1, 64, 130, 300});
      shape.sink = SinkKind::random;
      expect_right(make_sparse_decode_inputs(shape, seed++));
    }
  }
}

TEST_P(SparseDecodeWgmmaOnGpu, HeadCountsThatFillNoTile) {
  for (const int heads : {1, 33, 65, 100}) {
    expect_right(make_sparse_decode_inputs(v32_shape(1, heads, 128, {100, 300}), 30));
    expect_right(make_sparse_decode_inputs(model1_shape(1, heads, 128, 64, {100, 300}), 31));
  }
}

TEST_P(SparseDecodeWgmmaOnGpu, LongLists) {
  for (const int topk : {512, 2048, 16384}) {
    expect_right(make_sparse_decode_inputs(v32_shape(1, 128, topk, {topk + 100}), 32));
    expect_right(make_sparse_decode_inputs(v32_shape(1, 16, topk, {topk + 100}), 33));
    expect_right(make_sparse_decode_inputs(model1_shape(1, 64, 128, topk, {topk + 100}), 34));
  }
}

TEST_P(SparseDecodeWgmmaOnGpu, ScalesThatAreNoPowersOfTwo) {
  for (const int heads : {8, 64, 128}) {
    auto shape = v32_shape(2, heads, 256, {700, 40});
    shape.scales = ScaleRule::exact;
    const auto inputs = make_sparse_decode_inputs(shape, 35);
    expect_right(inputs);
    // The comparison tells scales that were rounded to powers of two.
    const auto rounded = sparse_decode_reference(inputs.problem(), 0, inputs.queries(),
                                                 ScaleReading::truncated_to_power_of_two);
    EXPECT_FALSE(compare(run(inputs, 1).out, rounded.out, sparse_decode_out_limits).equal);
  }
}

TEST_P(SparseDecodeWgmmaOnGpu, MaskedCandidates) {
  for (const double masked : {0.1, 0.9, 1.0}) {
    for (const int heads : {16, 128}) {
      auto shape = v32_shape(2, heads, 320, {1000, 50, 319});
      shape.masked = masked;
      expect_right(make_sparse_decode_inputs(shape, 36));
      shape = model1_shape(2, heads, 128, 256, {1000, 50, 319});
      shape.masked = masked;
      expect_right(make_sparse_decode_inputs(shape, 37));
    }
  }
}

TEST_P(SparseDecodeWgmmaOnGpu, LengthsOfLists) {
  for (const int heads : {16, 64, 128}) {
    auto shape = model1_shape(2, heads, 128, 256, {1000, 50, 319, 400});
    shape.pool.lengths = true;
    shape.extra.lengths = true;
    expect_right(make_sparse_decode_inputs(shape, 38));
  }
}

TEST_P(SparseDecodeWgmmaOnGpu, PagesOfAnySize) {
  for (const int page : {1, 2, 53, 61, 256}) {
    auto shape = v32_shape(1, 16, 128, {300, 100});
    shape.pool.page_tokens = page;
    expect_right(make_sparse_decode_inputs(shape, 39));
    shape = model1_shape(1, 128, 128, 128, {300, 100});
    shape.pool.page_tokens = page;
    shape.extra.page_tokens = page == 2 ? 64 : 2;
    expect_right(make_sparse_decode_inputs(shape, 40));
  }
}

TEST_P(SparseDecodeWgmmaOnGpu, SinksOfAnySize) {
  for (const int heads : {16, 128}) {
    auto shape = model1_shape(1, heads, 128, 128, {0, 300, 5});
    shape.sink = SinkKind::extreme;
    expect_right(make_sparse_decode_inputs(shape, 41));
  }
}

TEST_P(SparseDecodeWgmmaOnGpu, OnlyEmptyRequests) {
  const auto inputs = make_sparse_decode_inputs(v32_shape(2, 128, 128, {0, 0}), 42);
  expect_right(inputs);
  const auto outputs = run(inputs, 2);
  EXPECT_TRUE(std::ranges::all_of(outputs.out, [](double x) { return x == 0; }));
  EXPECT_TRUE(std::ranges::all_of(
      outputs.lse, [](double x) { return x == std::numeric_limits<double>::infinity(); }));
}

TEST_P(SparseDecodeWgmmaOnGpu, EqualScoresGiveTheMean) {
  auto inputs = make_sparse_decode_inputs(v32_shape(1, 128, 512, {1000}), 43);
  std::ranges::fill(inputs.q, std::uint16_t{0});
  expect_right(inputs);
}

TEST_P(SparseDecodeWgmmaOnGpu, HugeLogitsDoNotOverflow) {
  expect_right(make_sparse_decode_inputs(v32_shape(1, 128, 256, {900, 1}), 44, {4000, 0.5f}));
}

TEST_P(SparseDecodeWgmmaOnGpu, TheOrderOfCandidatesChangesNothing) {
  auto inputs = make_sparse_decode_inputs(v32_shape(1, 128, 512, {1000}), 45);
  const auto expected = sparse_decode_reference(inputs.problem());
  std::ranges::reverse(inputs.pool.indices);
  expect_equal_to(run(inputs, 1), expected);
  std::ranges::sort(inputs.pool.indices);
  expect_equal_to(run(inputs, 3), expected);
}

TEST_P(SparseDecodeWgmmaOnGpu, SameInputSameBits) {
  for (const int heads : {16, 128}) {
    const auto inputs = make_sparse_decode_inputs(v32_shape(2, heads, 1024, {3000, 17, 640}), 46);
    const int parts = most_parts(inputs);
    const auto first = run(inputs, parts);
    for (int i = 0; i < 20; ++i) ASSERT_EQ(run(inputs, parts), first) << "repetition " << i;
  }
}

INSTANTIATE_TEST_SUITE_P(Paths, SparseDecodeWgmmaOnGpu,
                         testing::Values(PathOfTest{"wgmma", &sparse_decode_wgmma_path}),
                         [](const auto& info) { return std::string(info.param.name); });

}  // namespace
}  // namespace bp::mla
