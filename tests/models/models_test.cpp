// Which backend serves a model's operations at each size, what falls back, and what fits.
#include <gmock/gmock.h>

#include <algorithm>

#include "report/models/evaluate.h"
#include "report/models/roofline.h"
#include "tests/evaluate/inline_catalogue.h"

namespace bp {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

GpuReport gpu_of(const test::Machine& machine, int index = 0) {
  GpuReport gpu;
  gpu.facts.index = index;
  gpu.facts.name = machine.name;
  gpu.facts.cc = machine.cc;
  gpu.facts.facts = {
      {"max_shared_memory_per_block_optin_bytes", std::int64_t{232448}, "driver", ""},
      {"multiprocessor_count", std::int64_t{132}, "driver", ""},
      {"clock_rate_khz", std::int64_t{1980000}, "driver", ""},
      {"memory_clock_rate_khz", std::int64_t{3201000}, "driver", ""},
      {"global_memory_bus_width_bits", std::int64_t{6016}, "driver", ""},
      {"total_global_mem_bytes", std::int64_t{150109880320}, "driver", ""}};
  gpu.features = test::subject_of(machine).features;
  return gpu;
}

Report report_of(std::vector<GpuReport> gpus) {
  Report report;
  report.gpus = std::move(gpus);
  return report;
}

const std::string sparse_row =
    R"({"id": "flashmla.sparse", "needs": "wgmma.bf16", "admits": "cc == 9.0",
        "shape": {"heads": [64, 128], "kv_dtype": ["fp8_e4m3"]}})";
const std::string dense_row =
    R"({"id": "portable.dense", "operation": "mla.dense_decode", "needs": "mma_sync.bf16",
        "admits": "any", "shape": {"kv_dtype": ["bf16"]}})";

ModelReport v32_on(const Report& report, const std::vector<std::string>& rows) {
  const Model* model = find_model("deepseek-v3.2");
  return evaluate_models(report, std::span(model, 1), test::catalogue_of(rows), false).at(0);
}

const ModelNeed& decode_at(const ModelReport& model, std::int64_t size) {
  for (const ModelNeed& need : model.needs) {
    if (need.name == "decode" &&
        std::ranges::find(need.tensor_parallel, size) != need.tensor_parallel.end())
      return need;
  }
  throw std::runtime_error("no such need");
}

TEST(Models, FlashMlaSparseDoesNotServe16Heads) {
  const ModelReport model = v32_on(report_of({gpu_of(test::h200)}), {sparse_row, dense_row});
  const ModelWay& way = decode_at(model, 8).ways.front();
  EXPECT_EQ(way.verdict, Verdict::no_dispatch);
  ASSERT_EQ(way.refused.size(), 1u);
  EXPECT_EQ(way.refused[0].backend, "flashmla.sparse");
  EXPECT_EQ(way.refused[0].why, "takes 64 or 128 heads");
  EXPECT_EQ(decode_at(model, 2).taken()->best, "flashmla.sparse");
}

TEST(Models, SparseDecodeFallsBackToDenseOnBf16AndSaysWhatItCosts) {
  const ModelReport model = v32_on(report_of({gpu_of(test::h200)}), {sparse_row, dense_row});
  const ModelWay* taken = decode_at(model, 8).taken();
  ASSERT_NE(taken, nullptr);
  EXPECT_TRUE(taken->fallback);
  EXPECT_EQ(taken->best, "portable.dense");
  EXPECT_EQ(taken->shape.kv_dtype, "bf16");
  // 2 x 3201 MHz x 752 bytes; 32 x (32768 x 1152 + 34816) bytes: 251 us.
  ASSERT_EQ(taken->work.at(0).tensor_parallel, 8);
  EXPECT_NEAR(*taken->work[0].microseconds, 32.0 * (32768 * 1152 + 34816) / 4814304, 0.01);
  EXPECT_TRUE(taken->work[0].memory_bound);
  EXPECT_EQ(model.sizes[3].falls_back, std::vector<std::string>{"decode"});
  EXPECT_THAT(model.sizes[0].falls_back, IsEmpty());
}

TEST(Models, WithoutAMeasurementBandwidthAndRateAreInferred) {
  const ModelReport model = v32_on(report_of({gpu_of(test::h200)}), {sparse_row});
  EXPECT_NEAR(model.bandwidth->value, 4814.304, 0.001);
  EXPECT_EQ(model.bandwidth->kind, EvidenceKind::inferred);
  EXPECT_EQ(model.memory->kind, EvidenceKind::declared);
}

double declared_bandwidth(std::int64_t khz, std::int64_t bits, bool integrated) {
  GpuReport gpu;
  gpu.facts.facts = {{"memory_clock_rate_khz", khz, "driver", ""},
                     {"global_memory_bus_width_bits", bits, "driver", ""},
                     {"integrated", integrated, "driver", ""}};
  return bandwidth_input(gpu, {})->value;
}

TEST(Models, AGb10DeclaresTransfersWhereOthersDeclareClocks) {
  EXPECT_NEAR(declared_bandwidth(8533000, 256, true), 273.056, 0.001);     // GB10
  EXPECT_NEAR(declared_bandwidth(4266000, 256, true), 273.024, 0.001);     // Jetson Thor
  EXPECT_NEAR(declared_bandwidth(14001000, 512, false), 1792.128, 0.001);  // RTX 5090
}

TEST(Models, WhatThisRunMeasuredCountsUnlessItIsInvalid) {
  Report report = report_of({gpu_of(test::h200)});
  SurveyResult survey{.id = "fact.memory_bandwidth", .gpus = {0}, .status = Status::measured};
  survey.values = {{"gpu_copy_read_and_write", 3578.5, "GB/s", EvidenceKind::launched, {}}};
  report.surveys = {survey};
  EXPECT_DOUBLE_EQ(v32_on(report, {sparse_row}).bandwidth->value, 3578.5);
  report.surveys[0].values[0].invalid = Reason{"fake_driver", "A fake driver answered", ""};
  EXPECT_EQ(v32_on(report, {sparse_row}).bandwidth->kind, EvidenceKind::inferred);
}

TEST(Models, WeightsThatDoNotFitLeaveNoRoom) {
  const Report report = report_of({gpu_of(test::h200)});
  const Model* v3 = find_model("deepseek-v3");
  const auto model =
      evaluate_models(report, std::span(v3, 1), test::catalogue_of({dense_row}), false).at(0);
  EXPECT_EQ(model.sizes[0].tokens, 0);
  // 150,109,880,320 - 688,586,727,753 / 8 bytes, at 70,272 a token.
  EXPECT_EQ(model.sizes[3].tokens, 911266);
}

TEST(Models, IdenticalGpusAreOneAnswerAndTheLeastOfThemCounts) {
  GpuReport small = gpu_of(test::h200, 1);
  small.facts.facts.back().value = std::int64_t{100000000000};
  const auto models =
      evaluate_models(report_of({gpu_of(test::h200), small, gpu_of(test::b200, 2)}),
                      std::span(find_model("glm-5"), 1), test::catalogue_of({sparse_row}), false);
  ASSERT_EQ(models.size(), 2u);
  EXPECT_THAT(models[0].gpus, ElementsAre(0, 1));
  EXPECT_DOUBLE_EQ(models[0].memory->value, 1e11);
  EXPECT_THAT(models[1].gpus, ElementsAre(2));
}

KernelResult timed_kernel(Status status, double bandwidth) {
  KernelResult kernel;
  kernel.id = "mla.dense_decode.x";
  kernel.operation = "mla.dense_decode";
  kernel.status = status;
  kernel.figures = {{"bandwidth", bandwidth, "GB/s"}, {"bandwidth_limit", 4000, "GB/s"}};
  return kernel;
}

std::vector<ModelReference> references_of(GpuReport one, GpuReport other) {
  const Report report = report_of({std::move(one), std::move(other)});
  const auto models = evaluate_models(report, std::span(find_model("deepseek-v3"), 1),
                                      test::catalogue_of({dense_row}), false);
  EXPECT_EQ(models.size(), 1u);
  for (const ModelNeed& need : models.at(0).needs) {
    for (const ModelWay& way : need.ways) {
      if (way.operation == "mla.dense_decode") return way.references;
    }
  }
  return {};
}

TEST(Models, AReferenceKernelIsNamedWithTheLeastThatItReachedWhereItIsRightOnEveryGpu) {
  GpuReport one = gpu_of(test::h200), other = gpu_of(test::h200, 1);
  one.kernels = {timed_kernel(Status::supported, 3200)};
  other.kernels = {timed_kernel(Status::supported, 3000)};
  const ModelReference expected{"mla.dense_decode.x", 0.75};
  EXPECT_THAT(references_of(one, other), ElementsAre(expected));
  other.kernels.front().figures.clear();
  const ModelReference untimed{"mla.dense_decode.x"};
  EXPECT_THAT(references_of(one, other), ElementsAre(untimed));
  other.kernels = {timed_kernel(Status::wrong_result, 3000)};
  EXPECT_TRUE(references_of(one, other).empty());
}

TEST(Models, NothingIsSaidOfAGpuThatDidNotOpenNorWithoutOne) {
  GpuReport broken = gpu_of(test::h200);
  broken.facts.problem = Reason{"out_of_memory", "x", ""};
  for (const Report& report : {report_of({broken}), Report{}}) {
    EXPECT_THAT(evaluate_models(report, embedded_models(), test::catalogue_of({sparse_row}), true),
                IsEmpty());
  }
}

TEST(Models, WhatTheCatalogueDoesNotKnowIsUnknownNotNo) {
  const ModelReport model = v32_on(report_of({gpu_of(test::h200)}), {sparse_row});
  for (const ModelNeed& need : model.needs) {
    if (need.name != "experts") continue;
    EXPECT_EQ(need.ways.front().verdict, Verdict::unknown);
    EXPECT_THAT(need.ways.front().reason, HasSubstr("catalogue has no kernel"));
  }
}

TEST(Models, OneOfSeveralWaysIsEnoughAndAllNeedsCount) {
  EXPECT_EQ(better(Verdict::no_hardware, Verdict::runs), Verdict::runs);
  EXPECT_EQ(better(Verdict::unknown, Verdict::no_dispatch), Verdict::unknown);
  EXPECT_EQ(worse(Verdict::unknown, Verdict::no_hardware), Verdict::no_hardware);
  EXPECT_EQ(worse(Verdict::runs, Verdict::unknown), Verdict::unknown);
}

}  // namespace
}  // namespace bp
