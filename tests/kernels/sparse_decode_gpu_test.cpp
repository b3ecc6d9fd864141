// Sparse MLA decode on mma.sync on the GPU in hand. Skipped where there is none, a failure there
// under REQUIRE_GPU=1.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>

#include "kernels/limits.h"
#include "kernels/mla/sparse_decode_mma_sync.h"
#include "kernels/reference/bf16.h"
#include "probes/features/host.h"
#include "tests/kernels/on_gpu.h"

namespace bp::mla {
namespace {

struct SparsePath {
  const char* name;
  const SparseDecodePath& (*path)();
};
void PrintTo(const SparsePath& path, std::ostream* out) { *out << path.name; }

constexpr SparsePath sparse_paths[] = {{"mma_sync", &sparse_decode_mma_sync_path}};

class SparseDecodeOnGpu : public test::KernelOnGpu, public testing::WithParamInterface<SparsePath> {
 protected:
  /// Loaded once: the driver takes seconds to assemble PTX.
  static const ModuleImage& image(Tuning tuning = Tuning::free) {
    static std::map<std::pair<std::string, Tuning>, ModuleImage> images;
    ModuleImage& slot = images[{GetParam().name, tuning}];
    if (!slot.module) slot = GetParam().path().load(gpu(), tuning);
    return slot;
  }

  SparseDecodeOutputs run(const SparseDecodeInputs& inputs, int parts,
                          Tuning tuning = Tuning::free) {
    const auto variant =
        GetParam().path().choose(inputs.shape.layout, inputs.shape.h_q, limits_of(gpu(), tuning));
    if (parts == 0) {
      parts = variant.parts(inputs.shape.h_q, limits_of(gpu(), tuning).multiprocessors);
    }
    SparseDecodeRun run(gpu(), *image(tuning).module, inputs, variant, parts);
    run.poison();
    run.enqueue();
    return run.outputs(timeout);
  }

  static void expect_equal_to(const SparseDecodeOutputs& outputs, const std::vector<double>& out,
                              const std::vector<double>& lse) {
    const auto out_seen = compare(outputs.out, out, sparse_decode_out_limits);
    EXPECT_TRUE(out_seen.equal) << "out: " << out_seen.sentence;
    const auto lse_seen = compare(outputs.lse, lse, sparse_decode_lse_limits);
    EXPECT_TRUE(lse_seen.equal) << "lse: " << lse_seen.sentence;
  }

  /// In one part, in a few, in as many as fill the GPU, and with the other tuning.
  void expect_right(const SparseDecodeInputs& inputs) {
    const auto expected = sparse_decode_reference(inputs.problem());
    for (const Tuning tuning : {Tuning::free, Tuning::portable}) {
      if (tuning == Tuning::portable && !GetParam().path().kernel().has_portable) continue;
      for (const int parts : {1, 5, 0}) {
        SCOPED_TRACE(testing::Message()
                     << GetParam().name << ", " << to_string(tuning) << ", " << parts
                     << " parts, heads " << inputs.shape.h_q << ", top-k " << inputs.shape.pool.topk
                     << "+" << inputs.shape.extra.topk << ", layout "
                     << static_cast<int>(inputs.shape.layout));
        expect_equal_to(run(inputs, parts, tuning), expected.out, expected.lse);
      }
    }
  }
};

INSTANTIATE_TEST_SUITE_P(Paths, SparseDecodeOnGpu, testing::ValuesIn(sparse_paths),
                         [](const auto& info) { return std::string(info.param.name); });

SparseDecodeShape v32_shape(int heads, int topk, std::vector<std::int32_t> contexts) {
  SparseDecodeShape shape;
  shape.h_q = heads;
  shape.pool = {topk, 64, std::move(contexts), false};
  return shape;
}

SparseDecodeShape model1_shape(int heads, int topk, int extra_topk,
                               std::vector<std::int32_t> contexts) {
  SparseDecodeShape shape = v32_shape(heads, topk, contexts);
  shape.layout = KvLayout::model1;
  if (extra_topk != 0) shape.extra = {extra_topk, 64, std::move(contexts), false};
  return shape;
}

TEST_P(SparseDecodeOnGpu, TheCheckIsSupported) { expect_check_passes(GetParam().path().kernel()); }

TEST_P(SparseDecodeOnGpu, AllHeadCountsAndBothLayouts) {
  std::uint64_t seed = 10;
  for (const int heads : {8, 16, 64, 128}) {
    for (const ScaleRule rule : {ScaleRule::power_of_two, ScaleRule::exact}) {
      auto shape = v32_shape(heads, 512, {600, 40, 0, 1});
      shape.s_q = 2;
      shape.scales = rule;
      shape.masked = 0.1;
      expect_right(make_sparse_decode_inputs(shape, seed++));
    }
    auto shape = model1_shape(heads, 128, 512, {600, 40, 0, 1});
    shape.sink = SinkKind::random;
    expect_right(make_sparse_decode_inputs(shape, seed++));
  }
}

TEST_P(SparseDecodeOnGpu, PagesOfAnySize) {
  std::uint64_t seed = 30;
  for (const int page_tokens : {1, 2, 53, 61, 64, 256}) {
    for (auto shape : {v32_shape(16, 100, {300, 7}), model1_shape(16, 100, 64, {300, 7})}) {
      shape.pool.page_tokens = page_tokens;
      shape.extra.page_tokens = 3;
      expect_right(make_sparse_decode_inputs(shape, seed++));
    }
  }
}

TEST_P(SparseDecodeOnGpu, ListsOfAnyLength) {
  std::uint64_t seed = 50;
  for (const int topk : {1, 31, 32, 33, 63, 64, 65, 127, 129}) {
    expect_right(make_sparse_decode_inputs(v32_shape(64, topk, {topk + 3, topk}), seed++));
    expect_right(make_sparse_decode_inputs(model1_shape(16, topk, topk + 1, {200, 64}), seed++));
  }
}

TEST_P(SparseDecodeOnGpu, LongLists) {
  expect_right(make_sparse_decode_inputs(v32_shape(128, 2048, {5000}), 70));
  expect_right(make_sparse_decode_inputs(v32_shape(16, 16384, {17000}), 71));
  expect_right(make_sparse_decode_inputs(model1_shape(64, 128, 1024, {3000, 128}), 72));
}

TEST_P(SparseDecodeOnGpu, LengthsOfListsSinksAndMaskedCandidates) {
  for (const int heads : {16, 128}) {
    auto shape = model1_shape(heads, 130, 70, {500, 300, 128, 5, 0});
    shape.pool.lengths = true;
    shape.extra.lengths = true;
    shape.s_q = 2;
    shape.sink = SinkKind::extreme;
    shape.masked = 0.5;
    const auto inputs = make_sparse_decode_inputs(shape, 80);
    expect_right(inputs);
    // A sink of +inf takes everything; the LSE does not know of it.
    const auto outputs = run(inputs, 1);
    const auto second_head = std::span(outputs.out).subspan(512, 512);
    EXPECT_TRUE(std::ranges::all_of(second_head, [](double x) { return x == 0; }));
    EXPECT_TRUE(std::isfinite(outputs.lse[1]));
  }
  auto shape = v32_shape(64, 130, {500, 300, 128});
  shape.pool.lengths = true;
  shape.extra = {70, 64, {90, 0, 10}, true};
  shape.sink = SinkKind::extreme;
  expect_right(make_sparse_decode_inputs(shape, 81));
}

TEST_P(SparseDecodeOnGpu, OnlyEmptyRows) {
  auto shape = v32_shape(64, 64, {0, 0});
  const auto inputs = make_sparse_decode_inputs(shape, 90);
  expect_right(inputs);
  const auto outputs = run(inputs, 3);
  EXPECT_TRUE(std::ranges::all_of(outputs.out, [](double x) { return x == 0; }));
  EXPECT_TRUE(std::ranges::all_of(
      outputs.lse, [](double x) { return x == std::numeric_limits<double>::infinity(); }));
}

TEST_P(SparseDecodeOnGpu, EqualScoresGiveTheMean) {
  auto inputs = make_sparse_decode_inputs(v32_shape(16, 1000, {1100}), 91);
  std::ranges::fill(inputs.q, std::uint16_t{0});
  expect_right(inputs);
}

TEST_P(SparseDecodeOnGpu, HugeLogitsDoNotOverflow) {
  expect_right(make_sparse_decode_inputs(v32_shape(16, 700, {900, 20}), 92, {4000, 0.5f}));
  expect_right(make_sparse_decode_inputs(model1_shape(64, 100, 128, {900, 200}), 93, {4000, 0.5f}));
}

TEST_P(SparseDecodeOnGpu, InputsOfFlashMlasTests) {
  // q: randn clamped to +-1, kv: randn / 10; uniform of the same spread here.
  expect_right(make_sparse_decode_inputs(v32_shape(128, 512, {700}), 94, {1, 0.1732f}));
}

TEST_P(SparseDecodeOnGpu, ScalesReadAsPowersOfTwoWouldBeSeen) {
  auto shape = v32_shape(64, 512, {700, 30});
  shape.scales = ScaleRule::exact;
  const auto inputs = make_sparse_decode_inputs(shape, 95);
  const auto outputs = run(inputs, 0);
  const auto defect = sparse_decode_reference(inputs.problem(), 0, inputs.queries(),
                                              ScaleReading::truncated_to_power_of_two);
  EXPECT_FALSE(compare(outputs.out, defect.out, sparse_decode_out_limits).equal);
  EXPECT_FALSE(compare(outputs.lse, defect.lse, sparse_decode_lse_limits).equal);
}

TEST_P(SparseDecodeOnGpu, LargeAndSmallScales) {
  // Up to far beyond 128, where the conversion takes another way, and down to the smallest.
  for (auto shape : {v32_shape(16, 100, {150}), model1_shape(16, 100, 0, {150})}) {
    for (const float kv : {1e-6f, 3e4f, 3e5f}) {
      if (shape.layout == KvLayout::v32) shape.scales = ScaleRule::exact;
      auto inputs = make_sparse_decode_inputs(shape, 99, {8, kv});
      inputs.scale /= static_cast<double>(kv);
      // Values as large as these have errors to match.
      const auto expected = sparse_decode_reference(inputs.problem());
      auto limits = sparse_decode_out_limits;
      limits.absolute *= static_cast<double>(std::fmax(kv, 1.0f)) * 2;
      const auto outputs = run(inputs, 0);
      const auto out = compare(outputs.out, expected.out, limits);
      EXPECT_TRUE(out.equal) << "magnitude " << kv << ", out: " << out.sentence;
      const auto lse = compare(outputs.lse, expected.lse, sparse_decode_lse_limits);
      EXPECT_TRUE(lse.equal) << "magnitude " << kv << ", lse: " << lse.sentence;
    }
  }
}

TEST_P(SparseDecodeOnGpu, TheOrderOfCandidatesDoesNotMatter) {
  auto inputs = make_sparse_decode_inputs(v32_shape(64, 512, {700}), 96);
  const auto expected = sparse_decode_reference(inputs.problem());
  const auto before = run(inputs, 0);
  Random random(7);
  for (std::size_t i = inputs.pool.indices.size(); i > 1; --i) {
    std::swap(
        inputs.pool.indices[i - 1],
        inputs.pool.indices[static_cast<std::size_t>(random.between(0, static_cast<int>(i) - 1))]);
  }
  const auto after = run(inputs, 0);
  EXPECT_NE(after, before) << "the order of the sums should differ";
  expect_equal_to(after, expected.out, expected.lse);
}

TEST_P(SparseDecodeOnGpu, WhereTokensLieDoesNotMatter) {
  auto inputs = make_sparse_decode_inputs(model1_shape(16, 300, 0, {700}), 97);
  const auto before = run(inputs, 0);
  // All pages in opposite order.
  const auto page_bytes = static_cast<std::size_t>(page_bytes_of(KvLayout::model1, 64));
  std::vector<std::uint8_t> cache(inputs.pool.cache.size());
  for (int page = 0; page < inputs.pool.pages; ++page) {
    const auto from = static_cast<std::size_t>(page) * page_bytes;
    const auto to = static_cast<std::size_t>(inputs.pool.pages - 1 - page) * page_bytes;
    std::copy_n(inputs.pool.cache.begin() + static_cast<std::ptrdiff_t>(from), page_bytes,
                cache.begin() + static_cast<std::ptrdiff_t>(to));
  }
  inputs.pool.cache = std::move(cache);
  for (std::int32_t& index : inputs.pool.indices) {
    index = (inputs.pool.pages - 1 - index / 64) * 64 + index % 64;
  }
  EXPECT_EQ(run(inputs, 0), before);
}

TEST_P(SparseDecodeOnGpu, SameInputSameBits) {
  for (const int heads : {16, 128}) {
    const auto inputs = make_sparse_decode_inputs(v32_shape(heads, 1024, {3000, 17, 640}), 98);
    const auto first = run(inputs, 0);
    for (int i = 0; i < 20; ++i) ASSERT_EQ(run(inputs, 0), first) << "repetition " << i;
  }
}

}  // namespace
}  // namespace bp::mla
