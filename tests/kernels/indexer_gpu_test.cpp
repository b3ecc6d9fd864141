// The lightning indexer on the GPU in hand, on both paths. Skipped where there is none, a failure
// there under REQUIRE_GPU=1.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "kernels/check.h"
#include "kernels/dsa/indexer_check.h"
#include "kernels/image.h"
#include "kernels/reference/compare.h"
#include "tests/kernels/on_gpu.h"

namespace bp::dsa {
namespace {

constexpr double inf = std::numeric_limits<double>::infinity();

/// A way to compute: path, tuning, and whether e4m3 goes to mma.sync even where that is converted.
struct Way {
  const char* name;
  IndexerPath path;
  Tuning tuning;
  bool e4m3 = false;
};
constexpr Way ways[] = {{"mma_sync", IndexerPath::mma_sync, Tuning::free},
                        {"mma_sync, e4m3", IndexerPath::mma_sync, Tuning::free, true},
                        {"mma_sync, portable", IndexerPath::mma_sync, Tuning::portable},
                        {"wgmma", IndexerPath::wgmma, Tuning::free}};

class IndexerOnGpu : public test::KernelOnGpu {
 protected:
  static bool has(const Way& way) {
    if (way.path == IndexerPath::wgmma) return gpu().cc() == ComputeCapability{9, 0};
    return !way.e4m3 || gpu().cc() >= float8_target.cc;
  }

  static const IndexerImages& images(const Way& way) {
    static std::vector<std::unique_ptr<IndexerImages>> loaded(std::size(ways));
    auto& image = loaded[static_cast<std::size_t>(&way - ways)];
    if (!image) {
      image = std::make_unique<IndexerImages>(load_indexer_images(gpu(), way.path, way.tuning));
      if (way.e4m3) image->e4m3 = load_float8_kernel(gpu(), "dsa.indexer.mma_sync_e4m3");
    }
    return *image;
  }

  static std::vector<double> run(const IndexerInputs& inputs, const Way& way, int parts = 0) {
    const auto limits = limits_of(gpu(), way.tuning);
    const auto variant = choose_indexer_variant(images(way), way.path, inputs.shape, limits);
    IndexerRun run(gpu(), *images(way).of(inputs.shape).module, inputs, variant,
                   parts > 0 ? parts : indexer_parts(variant, limits));
    run.poison();
    run.enqueue();
    return run.logits(timeout);
  }

  static std::vector<double> reference(const IndexerInputs& inputs) {
    std::vector<double> logits;
    for (int token = 0; token < inputs.shape.tokens(); ++token) {
      const auto row = indexer_reference(inputs.problem(), token);
      logits.insert(logits.end(), row.begin(), row.end());
    }
    return logits;
  }

  /// Every way, in one part, in a few, and in as many as fill the GPU.
  static void expect_right(const IndexerInputs& inputs,
                           const CompareLimits& limits = indexer_limits) {
    const auto expected = reference(inputs);
    for (const Way& way : ways) {
      if (!has(way) || (inputs.shape.bf16 && (way.path == IndexerPath::wgmma || way.e4m3))) {
        continue;
      }
      for (const int parts : {1, 5, 0}) {
        const auto seen = compare(run(inputs, way, parts), expected, limits);
        EXPECT_TRUE(seen.equal) << way.name << ", " << parts << " parts, heads "
                                << inputs.shape.heads << ", next_n " << inputs.shape.next_n
                                << ", tokens " << inputs.shape.tokens() << ": " << seen.sentence;
      }
    }
  }
};

TEST_F(IndexerOnGpu, TheCheckOnMmaSyncIsSupported) {
  expect_check_passes(indexer_mma_sync_kernel());
}

TEST_F(IndexerOnGpu, TheCheckOnWgmmaIsSupported) {
  if (gpu().cc() != ComputeCapability{9, 0}) GTEST_SKIP() << "no wgmma";
  expect_check_passes(indexer_wgmma_kernel());
}

TEST_F(IndexerOnGpu, CausalPrefill) {
  std::uint64_t seed = 10;
  for (const int heads : {32, 64}) {
    for (const int tokens : {1, 7, 8, 9, 33}) {
      for (const int keys : {33, 64, 65, 200}) {
        expect_right(make_indexer_inputs(causal_indexer_shape(tokens, keys, heads), seed++));
      }
    }
  }
}

TEST_F(IndexerOnGpu, LongerRows) {
  expect_right(make_indexer_inputs(causal_indexer_shape(20, 5000, 64), 30));
  expect_right(make_indexer_inputs(causal_indexer_shape(40, 3001, 32), 31));
}

TEST_F(IndexerOnGpu, RangesThatBeginAnywhere) {
  IndexerShape shape;
  shape.columns = 700;
  for (int token = 0; token < 50; ++token) {
    shape.first.push_back(token * 37 % 600);
    shape.end.push_back(std::min(700, token * 37 % 600 + token * 53 % 300));
  }
  for (const int heads : {32, 64}) {
    shape.heads = heads;
    expect_right(make_indexer_inputs(shape, 32));
  }
}

TEST_F(IndexerOnGpu, Pages) {
  std::uint64_t seed = 40;
  for (const int heads : {32, 64}) {
    for (const int next_n : {1, 2}) {
      IndexerShape shape;
      shape.heads = heads;
      shape.next_n = next_n;
      // Empty requests, one token, whole pages, one more and one less, several tiles a part.
      for (const int keys : {0, 1, 63, 64, 65, 128, 700, 0}) {
        for (int i = 0; i < next_n; ++i) {
          shape.end.push_back(std::max(0, keys - (next_n - 1 - i)));
        }
      }
      expect_right(make_indexer_inputs(shape, seed++));
    }
  }
}

TEST_F(IndexerOnGpu, Bf16) {
  for (const int heads : {32, 64}) {
    auto shape = causal_indexer_shape(21, 333, heads);
    shape.bf16 = true;
    expect_right(make_indexer_inputs(shape, 50));
    for (const int next_n : {1, 2}) {
      auto paged = paged_indexer_shape(3, 190, heads, next_n);
      paged.bf16 = true;
      expect_right(make_indexer_inputs(paged, 51));
    }
  }
}

TEST_F(IndexerOnGpu, OnlyEmptyRangesGiveMinusInfinity) {
  IndexerShape shape;
  shape.columns = 150;
  shape.end = {0, 0, 0};
  const auto inputs = make_indexer_inputs(shape, 52);
  for (const Way& way : ways) {
    if (!has(way)) continue;
    const auto logits = run(inputs, way);
    EXPECT_EQ(std::ranges::count(logits, -inf), 450) << way.name;
  }
}

TEST_F(IndexerOnGpu, EveryCodeOfE4m3) {
  // Denormals, zeros of both signs and the largest numbers, in queries and in keys.
  auto inputs = make_indexer_inputs(causal_indexer_shape(9, 130, 64), 53);
  for (std::size_t i = 0; i < inputs.q.size(); ++i) {
    inputs.q[i] = static_cast<std::uint8_t>(i * 7 % 255 == 0x7f ? 0 : i * 7 % 255);
  }
  for (std::size_t i = 0; i < inputs.k.size(); ++i) {
    inputs.k[i] = static_cast<std::uint8_t>(i * 11 % 255 == 0x7f ? 1 : i * 11 % 255);
  }
  // Logits of these are larger, and their sums lose digits of the largest products.
  expect_right(inputs, {0.5, 1e-2, 5e-6});
}

TEST_F(IndexerOnGpu, DenormalsAreExact) {
  auto inputs = make_indexer_inputs(causal_indexer_shape(8, 64, 64), 54);
  for (std::size_t i = 0; i < inputs.q.size(); ++i) inputs.q[i] = i % 8 == 7 ? 0x87 : i % 8;
  for (std::size_t i = 0; i < inputs.k.size(); ++i) {
    inputs.k[i] = static_cast<std::uint8_t>((i * 5 + i / 128) % 8);
  }
  for (float& scale : inputs.k_scale) scale = 4096;
  for (float& weight : inputs.weights) weight = 1;
  expect_right(inputs, {1e-6, 1e-5, 5e-6});
}

TEST_F(IndexerOnGpu, HugeLogits) {
  auto inputs = make_indexer_inputs(causal_indexer_shape(9, 130, 64), 55);
  std::ranges::fill(inputs.q, std::uint8_t{0x7e});
  std::ranges::fill(inputs.k, std::uint8_t{0x7e});
  std::ranges::fill(inputs.weights, 1e20f);
  expect_right(inputs, {0, 1e-3, 5e-6});
}

TEST_F(IndexerOnGpu, AllScoresEqual) {
  auto inputs = make_indexer_inputs(causal_indexer_shape(9, 130, 32), 56);
  std::ranges::fill(inputs.q, std::uint8_t{0x38});
  std::ranges::fill(inputs.k, std::uint8_t{0x38});
  std::ranges::fill(inputs.weights, 0.25f);
  std::ranges::fill(inputs.k_scale, 0.5f);
  for (const Way& way : ways) {
    if (!has(way)) continue;
    for (const double x : run(inputs, way)) {
      ASSERT_TRUE(x == -inf || x == 128.0 * 32 * 0.25 * 0.5) << way.name << ": " << x;
    }
  }
}

TEST_F(IndexerOnGpu, PermutingPagesChangesNoBit) {
  const auto before = make_indexer_inputs(paged_indexer_shape(3, 700, 64, 2), 57);
  auto after = before;
  const std::size_t page = indexer_page_bytes;
  for (int p = 0; p < before.pages; ++p) {
    std::copy_n(
        before.k.begin() + static_cast<std::ptrdiff_t>(static_cast<std::size_t>(p) * page), page,
        after.k.begin() +
            static_cast<std::ptrdiff_t>(static_cast<std::size_t>(before.pages - 1 - p) * page));
  }
  for (auto& entry : after.block_table) {
    if (entry != unused_indexer_page) entry = before.pages - 1 - entry;
  }
  for (const Way& way : ways) {
    if (!has(way)) continue;
    EXPECT_EQ(run(before, way), run(after, way)) << way.name;
  }
}

TEST_F(IndexerOnGpu, SameInputSameBitsHoweverItIsCut) {
  const IndexerInputs both[] = {make_indexer_inputs(causal_indexer_shape(30, 1000, 64), 58),
                                make_indexer_inputs(paged_indexer_shape(3, 2000, 32, 2), 59)};
  for (const auto& inputs : both) {
    for (const Way& way : ways) {
      if (!has(way)) continue;
      const auto first = run(inputs, way);
      for (int i = 0; i < 20; ++i) {
        ASSERT_EQ(run(inputs, way, i % 3 == 0 ? i + 1 : 0), first)
            << way.name << ", repetition " << i;
      }
    }
  }
}

}  // namespace
}  // namespace bp::dsa
