// What the sections of the page show, and what they leave out.
#include "report/formats/html_sections.h"

#include <gmock/gmock.h>

#include <fstream>

#include "report/formats/html.h"
#include "report/formats/html_parts.h"
#include "report/formats/json.h"
#include "report/formats/kernel_words.h"
#include "report/formats/markdown.h"
#include "report/models/evaluate.h"
#include "tests/report/sample_reports.h"
#include "tests/support/paths.h"

namespace bp {
namespace {

using testing::HasSubstr;
using testing::Not;

std::string written(const std::vector<html::Node>& nodes) {
  std::string text;
  for (const html::Node& node : nodes) node.write(text);
  return text;
}

std::string written(const html::Node& node) { return written(std::vector{node}); }

std::size_t occurrences(const std::string& text, std::string_view part) {
  std::size_t found = 0;
  for (std::size_t at = 0; (at = text.find(part, at)) != std::string::npos; at += part.size())
    ++found;
  return found;
}

KernelResult kernel(const std::string& path, std::vector<Figure> figures) {
  return {.id = "mla.dense_decode." + path,
          .operation = "mla.dense_decode",
          .path = path,
          .status = Status::supported,
          .reason = std::nullopt,
          .evidence = {},
          .figures = std::move(figures)};
}

std::string kernels_page(const std::vector<std::vector<KernelResult>>& of_gpus) {
  Report report;
  for (const std::vector<KernelResult>& kernels : of_gpus) {
    GpuReport& gpu = report.gpus.emplace_back();
    gpu.facts.index = static_cast<int>(report.gpus.size()) - 1;
    gpu.facts.name = "NVIDIA H200";
    gpu.kernels = kernels;
  }
  return written(kernels_content(report));
}

std::string kernels_page(const std::vector<KernelResult>& kernels) {
  return kernels_page(std::vector<std::vector<KernelResult>>{kernels});
}

Evidence evidence_of_a_check(std::string text) {
  Evidence item;
  item.kind = EvidenceKind::verified;
  item.text = std::move(text);
  return item;
}

TEST(HtmlKernels, WithoutAFigureThereIsNoBar) {
  EXPECT_THAT(kernels_page(std::vector{kernel("wgmma", {})}), Not(HasSubstr("<svg")));
  EXPECT_THAT(kernels_page(std::vector{kernel("wgmma", {})}),
              HasSubstr("No two paths of an operation were timed in this run"));
  // An error is neither a limit nor a speed.
  EXPECT_THAT(kernels_page(std::vector{kernel("wgmma", {{"max_abs_error", 1e-3, ""}}),
                                       kernel("mma_sync", {{"max_abs_error", 2e-3, ""}})}),
              Not(HasSubstr("<svg")));
}

TEST(HtmlKernels, EachPathOfTheReportIsExplainedOnce) {
  std::vector kernels{kernel("mma_sync", {}), kernel("wgmma", {}), kernel("wgmma", {})};
  kernels[2].operation = "mla.dense_prefill";
  const std::string page = kernels_page(kernels);
  EXPECT_EQ(occurrences(page, "<dt>"), 2u);
  EXPECT_THAT(page, HasSubstr("on Hopper (sm_90a) alone"));
  EXPECT_THAT(page, HasSubstr("on every GPU from sm_80 on"));
  EXPECT_THAT(page, Not(HasSubstr("no matrix instruction")));  // simt is not in it
}

TEST(HtmlKernels, ARowSaysWhatWasComparedAndUnfoldsWhatBroke) {
  KernelResult right = kernel("wgmma", {{"max_abs_error", 1e-3, ""}});
  right.evidence = {evidence_of_a_check("7 values equal the reference")};
  const std::string page = kernels_page(std::vector{right});
  EXPECT_THAT(page, HasSubstr("<div>7 values equal the reference</div>"));
  EXPECT_THAT(page, HasSubstr("max abs error 0.001"));
  EXPECT_THAT(page, Not(HasSubstr("<details open")));
  right.status = Status::wrong_result;
  right.reason = Reason{"wrong_value", "Row 3 differs", ""};
  const std::string wrong = kernels_page(std::vector{right});
  EXPECT_THAT(wrong, HasSubstr("Row 3 differs."));
  EXPECT_THAT(wrong, Not(HasSubstr("<div>7 values equal the reference</div>")));
  EXPECT_THAT(wrong, HasSubstr("<details open"));
}

TEST(HtmlKernels, AFigureIsDrawnAgainstItsLimit) {
  const std::string page = kernels_page(std::vector{
      kernel("wgmma", {{"bandwidth", 3000, "GB/s"}, {"bandwidth_limit", 4000, "GB/s"}})});
  EXPECT_THAT(page, HasSubstr("bandwidth: 75 % of the limit, 3000 GB/s of 4000 GB/s"));
  EXPECT_THAT(page, HasSubstr("<rect width=\"75.0%\""));
  EXPECT_EQ(occurrences(page, "<svg"), 1u);
}

TEST(HtmlKernels, ALimitOfZeroOrOfAnotherUnitDrawsNothing) {
  for (const Figure& limit :
       {Figure{"bandwidth_limit", 0, "GB/s"}, Figure{"bandwidth_limit", 4, "TB/s"}}) {
    EXPECT_THAT(kernels_page(std::vector{kernel("wgmma", {{"bandwidth", 3000, "GB/s"}, limit})}),
                Not(HasSubstr("<rect")));
  }
}

TEST(HtmlKernels, WhatAFallbackCostsIsDrawnWhereTwoPathsHaveTheFigure) {
  const std::string page = kernels_page(std::vector{kernel("mma_sync", {{"duration", 250, "us"}}),
                                                    kernel("wgmma", {{"duration", 100, "us"}})});
  EXPECT_THAT(page, HasSubstr("What a fallback costs: MLA decode, dense"));
  EXPECT_THAT(page, HasSubstr("less is better"));
  EXPECT_THAT(page, HasSubstr("250 us, 2.5 x that of wgmma"));
  EXPECT_THAT(page, Not(HasSubstr("No two paths")));
  EXPECT_LT(page.find("100 us"), page.find("250 us"));  // the best first
  EXPECT_THAT(page, HasSubstr("<rect width=\"40.0%\""));
  const std::string rates = kernels_page(std::vector{kernel("mma_sync", {{"rate", 200, "TFLOP/s"}}),
                                                     kernel("wgmma", {{"rate", 800, "TFLOP/s"}})});
  EXPECT_THAT(rates, HasSubstr("200 TFLOP/s, 0.25 x that of wgmma"));
}

TEST(HtmlKernels, AKernelThatFailedIsNoFallback) {
  std::vector kernels{kernel("mma_sync", {{"duration", 250, "us"}}),
                      kernel("wgmma", {{"duration", 100, "us"}})};
  kernels[1].status = Status::wrong_result;
  EXPECT_THAT(kernels_page(kernels), Not(HasSubstr("What a fallback costs:")));
}

TEST(HtmlKernels, GpusOfWhichTheSameIsSaidShareATable) {
  const std::vector one{
      kernel("wgmma", {{"bandwidth", 3000, "GB/s"}, {"bandwidth_limit", 4000, "GB/s"}})};
  const std::vector other{
      kernel("wgmma", {{"bandwidth", 2000, "GB/s"}, {"bandwidth_limit", 4000, "GB/s"}})};
  const std::string page = kernels_page(std::vector{one, other});
  EXPECT_EQ(occurrences(page, "<table"), 1u);
  EXPECT_THAT(page, HasSubstr("GPUs 0, 1: NVIDIA H200"));
  EXPECT_THAT(page, HasSubstr("GPU 0, bandwidth: 75 % of the limit"));
  EXPECT_THAT(page, HasSubstr("GPU 1, bandwidth: 50 % of the limit"));
  EXPECT_THAT(page, HasSubstr("bandwidth 2000 GB/s to 3000 GB/s, bandwidth limit 4000 GB/s"));
  std::vector broken = other;
  broken[0].status = Status::crashed;
  const std::string apart = kernels_page(std::vector{one, broken});
  EXPECT_EQ(occurrences(apart, "<table"), 2u);
  EXPECT_EQ(occurrences(apart, "<dl"), 1u);  // the paths are explained once
  EXPECT_THAT(apart, HasSubstr("GPU 1: NVIDIA H200"));
}

TEST(KernelWords, NameThePathsOfEachOperationOnce) {
  std::vector kernels{kernel("mma_sync", {}), kernel("wgmma", {}), kernel("simt", {}),
                      kernel("wgmma", {})};
  kernels[2].operation = "dsa.topk";
  kernels[3].operation = "dsa.indexer";
  for (KernelResult& each : kernels) each.evidence = {evidence_of_a_check("")};
  kernels[3].status = Status::not_run;
  EXPECT_EQ(about_kernels(kernels),
            "Reference kernels verified: mla.dense_decode (mma_sync, wgmma), dsa.topk (simt). "
            "Not run: dsa.indexer (wgmma).");
  EXPECT_EQ(about_kernels({}), "");
}

TEST(KernelWords, LeaveNothingOutThatWasExecuted) {
  std::vector<KernelResult> kernels;
  for (const char* operation : {"a", "b", "c", "d", "e", "f"}) {
    kernels.push_back(kernel("simt", {}));
    kernels.back().operation = operation;
    kernels.back().status = Status::wrong_result;
  }
  EXPECT_THAT(about_kernels(kernels), HasSubstr("f (simt)."));
  for (KernelResult& each : kernels) each.status = Status::not_run;
  EXPECT_EQ(about_kernels(kernels),
            "Reference kernels not run: a (simt), b (simt), c (simt), d (simt) and 2 more.");
}

TEST(HtmlVerdict, IsOneParagraphForEachKind) {
  Report report = sample::h200();
  report.gpus.resize(1);
  report.gpus.push_back(report.gpus[0]);
  report.gpus[1].facts.index = 1;
  std::string page = written(verdict_content(report));
  EXPECT_EQ(occurrences(page, "<p class=\"lead\">"), 1u);
  EXPECT_THAT(page, HasSubstr("GPUs 0, 1: "));
  report.gpus[1].backends.at(0).verdict = Verdict::at_risk;
  page = written(verdict_content(report));
  EXPECT_EQ(occurrences(page, "<p class=\"lead\">"), 2u);
}

TEST(HtmlVerdict, TheParagraphNamesOperationsPathsAndRisks) {
  const std::vector<FeatureResult> features{
      {"wgmma.bf16", Status::supported, {}, {}},
      {"tcgen05.alloc", Status::unsupported, {}, {}},
      {"mma_sync.bf16", Status::wrong_result, {}, {}},
  };
  Summary summary;
  summary.headline = "Runs 1 of 3 known backends";
  summary.operations = {{"mla.dense_decode", "MLA decode, dense", {"a"}, 1, Tone::good},
                        {"dsa.topk", "DSA top-k selection", {}, 1, Tone::bad},
                        {"gemm.nvfp4", "NVFP4 GEMM", {}, 1, Tone::bad}};
  summary.refused = {{Verdict::at_risk, {"b"}}};
  summary.nos = {{Status::wrong_result, {"mma_sync.bf16"}, {}}};
  const std::string text = paragraph(summary, features, true);
  for (const char* part :
       {"Runs 1 of 3 known backends.", "a backend runs for 1 of 2 operations, none for DSA top-k",
        "Nothing known runs for: NVFP4 GEMM.", "wgmma 1 of 1 features", "no tcgen05", ": b.",
        "Wrong result: mma_sync.bf16."}) {
    EXPECT_THAT(text, HasSubstr(part));
  }
  EXPECT_THAT(paragraph(summary, features, false), HasSubstr("a backend should run for 1 of 2"));
}

TEST(HtmlVerdict, OfManyTargetsTheParagraphSaysWhoseTheInstructionPathsAre) {
  std::vector<TargetReport> targets(2);
  targets[0].target = "sm_90";
  targets[0].features = {{"wgmma.bf16", Status::assembles, {}, {}}};
  targets[0].backends.resize(2);
  targets[0].backends[0].verdict = Verdict::runs;
  targets[1].target = "sm_121";
  targets[1].features = {{"wgmma.bf16", Status::refused, {}, {}}};
  targets[1].backends.resize(2);
  const std::string text = paragraph(targets);
  EXPECT_THAT(text, HasSubstr("should run on sm_90 (1 of 2), fewest on sm_121 (0 of 2)"));
  EXPECT_THAT(text, HasSubstr("wgmma: sm_90 alone. tcgen05: none of them."));
  EXPECT_EQ(paragraph(std::span<const TargetReport>{}), "");
}

TEST(HtmlFeatures, EvidenceIsOpenOnlyWhereSomethingBroke) {
  Evidence refusal;
  refusal.kind = EvidenceKind::assembled;
  refusal.against = true;
  refusal.text = "not supported";
  Evidence ratio = refusal;
  ratio.kind = EvidenceKind::counted;
  ratio.text = "of the f16 rate";
  ratio.value = 0.5;
  ratio.unit = "x";
  const auto page = [&](Status status, const Evidence& evidence) {
    return written(features_section(
        std::vector{FeatureResult{"mma_sync.bf16", status, {}, std::vector{evidence}}}));
  };
  EXPECT_THAT(page(Status::unsupported, refusal), Not(HasSubstr("<details open")));
  EXPECT_THAT(page(Status::wrong_result, refusal), HasSubstr("<details open"));
  // What shows the emulation is read without opening it.
  EXPECT_THAT(page(Status::emulated, ratio), HasSubstr("<small>0.5 x of the f16 rate</small>"));
}

TEST(Html, ThePageIsNamedAfterWhatItIsAbout) {
  Report report;
  const auto heading = [&] {
    const std::string page = serialise_html(report);
    return page.substr(page.find("<h1>") + 4, page.find("</h1>") - page.find("<h1>") - 4);
  };
  EXPECT_EQ(heading(), "No GPU");
  report.targets.resize(2);
  report.targets[0].target = "sm_100";
  report.targets[1].target = "sm_121";
  EXPECT_EQ(heading(), "sm_100 and sm_121, expected");
  report.targets.resize(12);
  EXPECT_EQ(heading(), "12 targets, expected");
  report.gpus.resize(1);
  report.gpus[0].facts.name = "NVIDIA GB10";
  EXPECT_EQ(heading(), "NVIDIA GB10");
}

TEST(HtmlVerdict, AnEmptyReportSaysSo) {
  const std::string page = serialise_html(Report{});
  EXPECT_THAT(page, HasSubstr("this report holds no GPU and no target"));
  for (const char* section : {"id=\"gpus\"", "id=\"backends\"", "id=\"rates\"", "id=\"matrix\""})
    EXPECT_THAT(page, Not(HasSubstr(section)));
}

TEST(HtmlGpus, AttributesOfTheSameKindAreShownOnceAndWhatDiffersBeside) {
  Report report = sample::h200();
  report.gpus.resize(1);
  report.gpus.push_back(report.gpus[0]);
  report.gpus[1].facts.index = 1;
  std::string page = written(gpus_content(report));
  EXPECT_THAT(page, HasSubstr("GPU 1: NVIDIA H200, the attributes of GPU 0."));
  report.gpus[1].facts.facts.at(0).value = std::string("another");
  page = written(gpus_content(report));
  EXPECT_THAT(page, HasSubstr("GPU 1: NVIDIA H200, what differs from GPU 0"));
  EXPECT_EQ(occurrences(page, "<dd>another"), 1u);
}

/// The report of a real H200 eight times, each with its own figures.
Report eight_gpus() {
  std::ifstream file(test::path("BP_TEST_ROOT") + "/tests/fixtures/h200.json");
  Report report = parse_report(std::string(std::istreambuf_iterator<char>(file), {}));
  const GpuReport one = report.gpus.at(0);
  for (int i = 1; i < 8; ++i) {
    GpuReport& gpu = report.gpus.emplace_back(one);
    gpu.facts.index = i;
    for (FeatureResult& feature : gpu.features) {
      for (Evidence& item : feature.evidence)
        if (item.value) *item.value += i;
    }
    for (RateResult& rate : gpu.rates) rate.operations += i;
  }
  return report;
}

TEST(Html, OfEightGpusIsBelowAMegabyte) {
  BP_NEEDS("BP_TEST_ROOT");
  const std::string page = serialise_html(eight_gpus());
  EXPECT_LT(page.size(), 1'000'000u);
  EXPECT_THAT(page, HasSubstr("GPUs 0, 1, 2, 3, 4, 5, 6, 7: NVIDIA H200"));
}

TEST(Html, AndSoItIsWithEveryModel) {
  BP_NEEDS("BP_TEST_ROOT");
  Report report = eight_gpus();
  report.models = evaluate_models(report, embedded_models(), embedded_catalogue(), false);
  EXPECT_EQ(report.models.size(), embedded_models().size());
  EXPECT_LT(serialise_html(report).size(), 1'000'000u);
  const std::string markdown = serialise_markdown(report, {});
  EXPECT_LT(markdown.size(), 60'000u);
  EXPECT_THAT(markdown,
              HasSubstr("Models on <code>GPUs 0, 1, 2, 3, 4, 5, 6, 7&#58; NVIDIA H200</code> (5)"));
}

}  // namespace
}  // namespace bp
