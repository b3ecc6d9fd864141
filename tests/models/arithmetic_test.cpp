// What the presets say of caches and heads, and what attention moves and multiplies, against
// figures worked out by hand (shapes and bytes: FlashMLA, DeepGEMM; see the presets' sources).
#include <gmock/gmock.h>

#include <algorithm>

#include "probes/registry/operation.h"
#include "report/models/needs.h"
#include "report/models/roofline.h"

namespace bp {
namespace {

using testing::ElementsAre;
using testing::StartsWith;

const Model& preset(std::string_view id) {
  const Model* model = find_model(id);
  EXPECT_NE(model, nullptr) << id;
  return *model;
}

CacheCost cost(std::string_view id, std::string_view dtype) {
  for (const CacheFormat& format : preset(id).formats) {
    if (format.dtype == dtype) return cache_cost(preset(id), format).value();
  }
  ADD_FAILURE() << id << " has no cache in " << dtype;
  return {};
}

Need need(const std::vector<Need>& needs, std::string_view name) {
  for (const Need& one : needs) {
    if (one.name == name) return one;
  }
  throw std::runtime_error("no need " + std::string(name));
}

TEST(ModelCacheBytes, V3Keeps1152BytesALayer) {
  EXPECT_DOUBLE_EQ(cost("deepseek-v3", "bf16").bytes_per_token, 61 * 1152);
}

TEST(ModelCacheBytes, V32KeepsTheIndexersKeysToo) {
  EXPECT_DOUBLE_EQ(cost("deepseek-v3.2", "fp8_e4m3").bytes_per_token, 61 * (656 + 132));
  EXPECT_DOUBLE_EQ(cost("deepseek-v3.2", "bf16").bytes_per_token, 61 * (1152 + 132));
}

TEST(ModelCacheBytes, Glm5IsLikeV32With78Layers) {
  EXPECT_DOUBLE_EQ(cost("glm-5", "fp8_e4m3").bytes_per_token, 61464);
}

TEST(ModelCacheBytes, V4CompressesAndKeepsAWindow) {
  // 21 layers of one entry and one key for 4 tokens, 20 of one entry for 128; 43 windows.
  EXPECT_DOUBLE_EQ(cost("deepseek-v4-flash", "fp8_e4m3").bytes_per_token,
                   21 * (584 + 132) / 4.0 + 20 * 584 / 128.0);
  EXPECT_DOUBLE_EQ(cost("deepseek-v4-flash", "fp8_e4m3").bytes_per_sequence, 43 * 128 * 584);
  EXPECT_DOUBLE_EQ(cost("deepseek-v4-pro", "fp8_e4m3").bytes_per_token,
                   30 * (584 + 132) / 4.0 + 31 * 584 / 128.0);
}

TEST(ModelCacheBytes, OfUnknownLayersNothingIsKnown) {
  Model model = preset("deepseek-v3");
  model.cache.clear();
  EXPECT_FALSE(cache_cost(model, model.formats.front()).has_value());
}

TEST(ModelHeads, V32At8WayTensorParallelHas16Heads) {
  const Need decode = need(needs_of(preset("deepseek-v3.2"), 8), "decode");
  EXPECT_EQ(decode.ways.front().shape.heads, 16);
  EXPECT_EQ(decode.ways.front().shape.head_dim, 576);
  EXPECT_EQ(decode.ways.front().shape.topk, 2048);
}

TEST(ModelHeads, Glm5At8WayTensorParallelHas8Heads) {
  EXPECT_EQ(need(needs_of(preset("glm-5"), 8), "decode").ways.front().shape.heads, 8);
}

TEST(ModelHeads, OnlySizesThatDivideThem) {
  EXPECT_THAT(tensor_parallel_sizes(preset("deepseek-v3")), ElementsAre(1, 2, 4, 8, 16));
  Model odd = preset("deepseek-v3");
  odd.heads = 12;
  EXPECT_THAT(tensor_parallel_sizes(odd), ElementsAre(1, 2, 4));
}

TEST(ModelHeads, EveryGpuHasAllHeadsOfTheIndexer) {
  EXPECT_EQ(need(needs_of(preset("deepseek-v3.2"), 16), "indexer").ways.front().shape.heads, 64);
}

TEST(ModelNeeds, WithoutSparseKernelsV32AttendsToEveryToken) {
  const Need decode = need(needs_of(preset("deepseek-v3.2"), 8), "decode");
  ASSERT_EQ(decode.ways.size(), 3u);
  EXPECT_EQ(decode.ways[0].operation, "mla.sparse_decode");
  EXPECT_FALSE(decode.ways[0].fallback);
  EXPECT_EQ(decode.ways[1].shape.kv_dtype, "bf16");
  EXPECT_EQ(decode.ways[2].operation, "mla.dense_decode");
  EXPECT_EQ(decode.ways[2].shape.kv_dtype, "bf16");
  EXPECT_FALSE(decode.ways[2].shape.topk.has_value());
  EXPECT_TRUE(decode.ways[2].fallback);
}

TEST(ModelNeeds, OfCompressedEntriesNoDenseKernelIsKnown) {
  for (const char* name : {"decode", "prefill"}) {
    const Need of_v4 = need(needs_of(preset("deepseek-v4-pro"), 8), name);
    for (const NeededWay& way : of_v4.ways)
      EXPECT_THAT(way.operation, StartsWith("mla.sparse")) << name;
  }
}

TEST(ModelNeeds, AreOperationsOfTheRegistry) {
  for (const Model& model : embedded_models()) {
    for (const Need& one : needs_of(model, 1)) {
      EXPECT_FALSE(one.ways.empty()) << model.id << " " << one.name;
      for (const NeededWay& way : one.ways) EXPECT_NE(find_operation(way.operation), nullptr);
    }
  }
}

/// The estimate of a way's work on a GPU of `bandwidth` GB/s and `rate` TFLOP/s.
double microseconds(const NeededWay& way, double bandwidth, double rate) {
  return roofline(*way.work, bandwidth, rate).microseconds;
}

TEST(ModelRoofline, DenseDecodeIsThatOfTheTable) {
  // 128 sequences of 4096 tokens, 16 heads: 18.3 GFLOP, 608 MB; 182 us on an H100, 127 on an H200.
  const Workload workload{.sequences = 128, .context = 4096};
  const Need decode = need(needs_of(preset("deepseek-v3"), 8, workload), "decode");
  const NeededWay& way = decode.ways.front();
  EXPECT_NEAR(way.work->flop / 1e9, 18.25, 0.05);
  EXPECT_NEAR(way.work->bytes / 1e6, 608, 1);
  EXPECT_NEAR(microseconds(way, 3350, 989), 182, 1);
  EXPECT_NEAR(microseconds(way, 4800, 989), 127, 1);
  EXPECT_TRUE(roofline(*way.work, 3350, 989).memory_bound);
}

TEST(ModelRoofline, With128HeadsAnH200IsComputeBound) {
  const Workload workload{.sequences = 128, .context = 4096};
  const Need decode = need(needs_of(preset("deepseek-v3"), 1, workload), "decode");
  EXPECT_NEAR(microseconds(decode.ways.front(), 4800, 989), 148, 1);
  EXPECT_FALSE(roofline(*decode.ways.front().work, 4800, 989).memory_bound);
}

TEST(ModelRoofline, SparseDecodeIsThatOfTheTable) {
  // 128 sequences, 16 heads, 2048 selected of FP8: 178 MB, 37 us on an H200; 64 heads 36.5 GFLOP.
  const Workload workload{.sequences = 128, .context = 32768};
  const Need decode = need(needs_of(preset("deepseek-v3.2"), 8, workload), "decode");
  EXPECT_NEAR(decode.ways[0].work->bytes / 1e6, 178, 1);
  EXPECT_NEAR(microseconds(decode.ways[0], 4800, 989), 37, 0.5);
  const Need wide = need(needs_of(preset("deepseek-v3.2"), 2, workload), "decode");
  EXPECT_NEAR(wide.ways[0].work->flop / 1e9, 36.5, 0.05);
}

TEST(ModelRoofline, TheDenseFallbackReadsEveryToken) {
  const Need decode = need(needs_of(preset("deepseek-v3.2"), 8), "decode");
  // 32 x (32768 x 1152 + 16 x 1088 x 2) bytes beside 32 x (2048 x 660 + 16 x 1088 x 2).
  EXPECT_DOUBLE_EQ(decode.ways[2].work->bytes, 32.0 * (32768 * 1152 + 34816));
  EXPECT_DOUBLE_EQ(decode.ways[0].work->bytes, 32.0 * (2048 * 660 + 34816));
}

TEST(ModelRoofline, SparsePrefillIsThatOfTheTable) {
  // 4096 tokens, 128 heads, 2048 selected: 2336 GFLOP, 2362 us at 989 TFLOP/s.
  const Need prefill = need(needs_of(preset("deepseek-v3.2"), 1), "prefill");
  EXPECT_NEAR(prefill.ways[0].work->flop / 1e9, 2336.5, 0.1);
  EXPECT_NEAR(microseconds(prefill.ways[0], 3350, 989), 2362, 3);
}

TEST(ModelRoofline, DensePrefillSeesWhatCameBefore) {
  const Workload whole{.context = 8192, .prefill_tokens = 8192};
  const Need prefill = need(needs_of(preset("deepseek-v3"), 1, whole), "prefill");
  // 8192 tokens, 128 heads of 192/128, causal: 2750 GFLOP.
  EXPECT_NEAR(prefill.ways[0].work->flop / 1e9, 2750, 2);
}

TEST(ModelRoofline, V4AttendsToTheSelectedAndTheWindow) {
  // 128 sequences of 2 queries are 256; 64 heads, 128 + 512 entries: 21.5 GFLOP.
  const Workload workload{.sequences = 256, .context = 32768};
  const Need decode = need(needs_of(preset("deepseek-v4-flash"), 1, workload), "decode");
  EXPECT_NEAR(decode.ways[0].work->flop / 1e9, 21.5, 0.05);
}

TEST(ModelRoofline, AShortContextIsSelectedWhole) {
  const Workload workload{.sequences = 1, .context = 100};
  const Need decode = need(needs_of(preset("deepseek-v3.2"), 8, workload), "decode");
  EXPECT_DOUBLE_EQ(decode.ways[0].work->flop, 2.0 * 16 * 100 * 1088);
}

TEST(ModelPresets, NameTheSourceOfEveryFigure) {
  for (const Model& model : embedded_models()) {
    std::vector<std::string> sourced;
    for (const ModelSource& source : model.sources)
      sourced.insert(sourced.end(), source.of.begin(), source.of.end());
    const auto expect_source = [&](bool known, const char* key) {
      const bool sourced_here = std::ranges::find(sourced, key) != sourced.end();
      EXPECT_EQ(sourced_here, known) << model.id << " " << key;
    };
    expect_source(model.layers.has_value(), "layers");
    expect_source(model.hidden_size.has_value(), "hidden_size");
    expect_source(model.max_context.has_value(), "max_context");
    expect_source(true, "attention");
    expect_source(true, "cache");
    expect_source(model.indexer.has_value(), "indexer");
    expect_source(model.experts.has_value(), "experts");
    expect_source(model.weight_bytes.has_value(), "weights.bytes");
    expect_source(!model.dense_weights.empty(), "weights.dense");
    expect_source(!model.expert_weights.empty(), "weights.experts");
  }
}

TEST(ModelPresets, AreFoundByEachOfTheirNamesInAnyCase) {
  EXPECT_EQ(find_model("DeepSeek-V3.1")->id, "deepseek-v3");
  EXPECT_EQ(find_model("DeepSeek-V4 Pro")->id, "deepseek-v4-pro");
  EXPECT_EQ(find_model("GLM-5")->id, "glm-5");
  EXPECT_EQ(find_model("deepseek"), nullptr);
  EXPECT_EQ(find_model(""), nullptr);
}

}  // namespace
}  // namespace bp
