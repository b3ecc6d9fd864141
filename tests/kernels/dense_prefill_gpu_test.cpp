// Dense MLA prefill on the GPU in hand, on both instruction paths. Skipped where there is none, a
// failure there under REQUIRE_GPU=1.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "kernels/check.h"
#include "kernels/mla/dense_prefill_mma_sync.h"
#include "kernels/mla/dense_prefill_wgmma.h"
#include "kernels/reference/bf16.h"
#include "tests/kernels/on_gpu.h"

namespace bp::mla {
namespace {

struct Widths {
  int qk;
  int v;
};
constexpr Widths all_widths[] = {{192, 128}, {256, 256}};

class PrefillOnGpu : public test::KernelOnGpu {
 protected:
  /// The kernels that this GPU runs, each with the tunings that it has.
  struct Way {
    const PrefillPath& path;
    Tuning tuning;
    std::string name;
  };
  static std::vector<Way> ways() {
    std::vector<Way> ways{{dense_prefill_mma_sync_path(), Tuning::free, "mma_sync, free"},
                          {dense_prefill_mma_sync_path(), Tuning::portable, "mma_sync, portable"}};
    if (gpu().cc() == ComputeCapability{9, 0}) {
      ways.push_back({dense_prefill_wgmma_path(), Tuning::free, "wgmma"});
    }
    return ways;
  }
  static const Module& module_of(const Way& way) {
    static std::vector<std::pair<std::string, ModuleImage>> loaded;
    for (const auto& [name, image] : loaded) {
      if (name == way.name) return *image.module;
    }
    loaded.emplace_back(way.name, way.path.load(gpu(), way.tuning));
    return *loaded.back().second.module;
  }
  static PrefillOutputs run(const Way& way, const PrefillInputs& inputs,
                            std::span<const PrefillRow> rows) {
    PrefillRun run(gpu(), module_of(way), inputs,
                   choose_prefill(way.path, inputs.shape, gpu(), way.tuning));
    run.poison();
    run.enqueue();
    return run.outputs(rows, timeout);
  }
  static PrefillOutputs run(const Way& way, const PrefillInputs& inputs) {
    return run(way, inputs, all_prefill_rows(inputs.problem()));
  }
  static void expect_equal(const PrefillOutputs& outputs, const DensePrefillResult& expected) {
    const auto out = compare(outputs.out, expected.out, dense_prefill_out_limits);
    EXPECT_TRUE(out.equal) << "out: " << out.sentence;
    const auto lse = compare(outputs.lse, expected.lse, dense_prefill_lse_limits);
    EXPECT_TRUE(lse.equal) << "lse: " << lse.sentence;
  }
  static void expect_right(const PrefillInputs& inputs) {
    const auto rows = all_prefill_rows(inputs.problem());
    const auto expected = dense_prefill_reference(inputs.problem(), rows);
    for (const Way& way : ways()) {
      SCOPED_TRACE(testing::Message()
                   << way.name << ", heads " << inputs.shape.heads << " of "
                   << inputs.shape.qk_width << (inputs.shape.causal ? ", causal" : ""));
      expect_equal(run(way, inputs, rows), expected);
    }
  }
};

TEST_F(PrefillOnGpu, TheChecksAreSupported) {
  expect_check_passes(dense_prefill_mma_sync_kernel());
  if (gpu().cc() == ComputeCapability{9, 0}) expect_check_passes(dense_prefill_wgmma_kernel());
}

TEST_F(PrefillOnGpu, AllHeadCountsWithBordersOfTiles) {
  std::uint64_t seed = 10;
  for (const auto& [qk, v] : all_widths) {
    for (const int heads : {8, 16, 64, 128}) {
      for (const bool causal : {true, false}) {
        expect_right(
            make_prefill_inputs({heads, qk, v, causal, {{1, 1}, {5, 64}, {18, 49}}}, seed++));
      }
    }
    expect_right(make_prefill_inputs(
        {3, qk, v, true, {{127, 127}, {128, 128}, {129, 129}, {64, 300}, {65, 240}, {1, 320}}},
        seed++));
    expect_right(make_prefill_inputs(
        {3, qk, v, false, {{127, 80}, {128, 81}, {129, 128}, {2, 160}, {65, 31}, {1, 48}}},
        seed++));
  }
}

TEST_F(PrefillOnGpu, MoreQueriesThanKeysAndEmptyRequests) {
  for (const auto& [qk, v] : all_widths) {
    for (const bool causal : {true, false}) {
      expect_right(make_prefill_inputs(
          {2, qk, v, causal, {{300, 100}, {7, 0}, {0, 7}, {0, 0}, {200, 1}, {3, 3}}}, 40));
    }
  }
}

TEST_F(PrefillOnGpu, OnlyEmptyRequests) {
  for (const auto& [qk, v] : all_widths) {
    const auto inputs = make_prefill_inputs({2, qk, v, true, {{5, 0}, {130, 0}}}, 41);
    expect_right(inputs);
    for (const Way& way : ways()) {
      const auto outputs = run(way, inputs);
      EXPECT_TRUE(std::ranges::all_of(outputs.out, [](double x) { return x == 0; })) << way.name;
      EXPECT_TRUE(std::ranges::all_of(outputs.lse, [](double x) {
        return x == std::numeric_limits<double>::infinity();
      })) << way.name;
    }
  }
}

TEST_F(PrefillOnGpu, LongSequences) {
  for (const auto& [qk, v] : all_widths) {
    expect_right(make_prefill_inputs({1, qk, v, true, {{1500, 1500}, {100, 5000}}}, 42));
  }
}

// A request's neighbours hold NaN: none of it may come into its sums, not even times zero.
TEST_F(PrefillOnGpu, NanOfOtherRequestsStaysThere) {
  for (const auto& [qk, v] : all_widths) {
    for (const bool causal : {true, false}) {
      auto inputs = make_prefill_inputs({2, qk, v, causal, {{70, 70}, {150, 150}, {60, 60}}}, 43);
      const auto rows = all_prefill_rows(inputs.problem());
      const auto expected = dense_prefill_reference(inputs.problem(), rows);
      const auto spoil = [&](std::vector<std::uint16_t>& values, int width, int first, int end) {
        std::fill(values.begin() + first * 2 * width, values.begin() + end * 2 * width, bf16_nan);
      };
      for (const auto& [first, end] : {std::pair{0, 70}, std::pair{220, 280}}) {
        spoil(inputs.q, qk, first, end);
        spoil(inputs.k, qk, first, end);
        spoil(inputs.v, v, first, end);
      }
      for (const Way& way : ways()) {
        SCOPED_TRACE(way.name);
        std::vector<PrefillRow> middle;
        DensePrefillResult wanted;
        for (std::size_t i = 0; i < rows.size(); ++i) {
          if (rows[i].query < 70 || rows[i].query >= 220) continue;
          middle.push_back(rows[i]);
          const auto first =
              expected.out.begin() + static_cast<std::ptrdiff_t>(i * static_cast<std::size_t>(v));
          wanted.out.insert(wanted.out.end(), first, first + v);
          wanted.lse.push_back(expected.lse[i]);
        }
        expect_equal(run(way, inputs, middle), wanted);
      }
    }
  }
}

TEST_F(PrefillOnGpu, EqualScoresGiveTheMean) {
  for (const auto& [qk, v] : all_widths) {
    auto inputs = make_prefill_inputs({2, qk, v, true, {{333, 333}}}, 44);
    std::ranges::fill(inputs.q, std::uint16_t{0});
    expect_right(inputs);
  }
}

TEST_F(PrefillOnGpu, HugeLogitsDoNotOverflow) {
  for (const auto& [qk, v] : all_widths) {
    expect_right(make_prefill_inputs({2, qk, v, true, {{90, 300}, {1, 1}}}, 45, {4000, 0.5f}));
  }
}

// Inputs of FlashMLA's tests: randn / 10 there, uniform of the same spread here.
TEST_F(PrefillOnGpu, NearlyEqualProbabilities) {
  for (const auto& [qk, v] : all_widths) {
    expect_right(make_prefill_inputs({2, qk, v, true, {{257, 400}}}, 46, {0.1732f, 0.1732f, 0.5f}));
  }
}

// Without causality the order of the keys is of no matter.
TEST_F(PrefillOnGpu, PermutingKeysChangesNothingButRounding) {
  for (const auto& [qk, v] : all_widths) {
    auto inputs = make_prefill_inputs({1, qk, v, false, {{130, 321}}}, 47);
    const auto expected =
        dense_prefill_reference(inputs.problem(), all_prefill_rows(inputs.problem()));
    const auto reverse = [](std::vector<std::uint16_t>& values, int width) {
      const auto rows = static_cast<std::ptrdiff_t>(values.size()) / width;
      for (std::ptrdiff_t i = 0; i < rows / 2; ++i) {
        std::swap_ranges(values.begin() + i * width, values.begin() + (i + 1) * width,
                         values.begin() + (rows - 1 - i) * width);
      }
    };
    reverse(inputs.k, qk);
    reverse(inputs.v, v);
    for (const Way& way : ways()) {
      SCOPED_TRACE(way.name);
      expect_equal(run(way, inputs), expected);
    }
  }
}

TEST_F(PrefillOnGpu, SameInputSameBits) {
  for (const auto& [qk, v] : all_widths) {
    const auto inputs = make_prefill_inputs({16, qk, v, true, {{700, 700}, {17, 40}}}, 48);
    for (const Way& way : ways()) {
      const auto first = run(way, inputs);
      for (int i = 0; i < 20; ++i) ASSERT_EQ(run(way, inputs), first) << way.name << ", " << i;
    }
  }
}

TEST_F(PrefillOnGpu, TooLittleSharedMemoryIsSeen) {
  const GpuLimits none{1, 48 << 10, 48 << 10};
  for (const auto& [qk, v] : all_widths) {
    EXPECT_EQ(dense_prefill_mma_sync_path().choose(qk, none).entry, nullptr);
    EXPECT_EQ(dense_prefill_wgmma_path().choose(qk, none).entry, nullptr);
  }
}

}  // namespace
}  // namespace bp::mla
