// Width, marks and colours of the terminal report.
#include "report/formats/text.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <regex>
#include <sstream>

#include "probes/registry/reason.h"
#include "report/formats/clean.h"
#include "report/formats/summary.h"
#include "report/formats/text_page.h"
#include "tests/report/planted.h"
#include "tests/report/sample_reports.h"

namespace bp {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

std::string without_colours(const std::string& text) {
  return std::regex_replace(text, std::regex("\x1b\\[[0-9;]*m"), "");
}

class Width : public ::testing::TestWithParam<int> {};

TEST_P(Width, NoLineIsWider) {
  for (Report report : {sample::h200(), sample::offline(), sample::troubled()}) {
    for (const std::string& planted :
         {std::string(), std::string(300, 'W'),
          std::string("\xe6\xbc\xa2\xe5\xad\x97") + std::string("\xe6\xbc\xa2\xe5\xad\x97")}) {
      if (!planted.empty()) test::plant(report, planted);
      for (const bool colour : {false, true}) {
        std::istringstream text(
            without_colours(serialise_text(report, Style{.width = GetParam(), .colour = colour})));
        for (std::string line; std::getline(text, line);) {
          EXPECT_LE(columns(line), GetParam()) << line;
          EXPECT_FALSE(line.ends_with(' ')) << line;
        }
      }
    }
  }
}
INSTANTIATE_TEST_SUITE_P(Columns, Width, ::testing::Values(40, 60, 80, 120, 200));

TEST(Text, WithoutColourThereIsNoEscape) {
  EXPECT_THAT(serialise_text(sample::h200(), Style{}), Not(HasSubstr("\x1b")));
}

TEST(Text, ColourChangesNothingButColour) {
  const std::string coloured = serialise_text(sample::h200(), Style{.width = 80, .colour = true});
  EXPECT_THAT(coloured, HasSubstr("\x1b[32m"));
  EXPECT_EQ(without_colours(coloured), serialise_text(sample::h200(), Style{.width = 80}));
}

TEST(Text, AsciiStyleHasOnlyAscii) {
  Report report = sample::h200();
  report.gpus[0].kernels.clear();  // its figure is in µs
  for (const char c : serialise_text(report, Style{.unicode = false})) {
    ASSERT_LT(static_cast<unsigned char>(c), 0x80);
  }
}

TEST(Text, TheSummaryIsTheStartOfTheWhole) {
  for (const Report& report : {sample::h200(), sample::offline(), sample::troubled()}) {
    const std::string summary = serialise_text(report, Style{.detail = Detail::summary});
    EXPECT_TRUE(serialise_text(report, Style{}).starts_with(summary));
    EXPECT_LT(std::ranges::count(summary, '\n'), 45);  // fits a screen
  }
}

TEST(Text, ManyTargetsAreOneLineEach) {
  Report report = sample::offline();
  const TargetReport desktop = report.targets[1];
  while (report.targets.size() < 14) report.targets.push_back(desktop);
  const std::string wide = serialise_text(report, Style{.width = 80, .detail = Detail::summary});
  EXPECT_THAT(
      wide,
      HasSubstr("sm_121   1/1      0/1    0/1     1/1      -      -       -          1 of 3\n"));
  EXPECT_LT(std::ranges::count(wide, '\n'), 35);
  const std::string narrow = serialise_text(report, Style{.width = 60, .detail = Detail::summary});
  EXPECT_THAT(narrow, HasSubstr("sm_121    mma.sync 1/1, wgmma 0/1, tcgen05 0/1, clusters"));
}

TEST(Text, ShowsWhichLibcudaAnswered) {
  EXPECT_THAT(serialise_text(sample::h200(), Style{}), HasSubstr("answered by"));
}

TEST(Text, TheShareOfOneLineIsTheMessageOfTheDriver) {
  const std::string text =
      serialise_text(sample::h200(), Style{.width = 200, .detail = Detail::summary});
  EXPECT_THAT(text, HasSubstr("unsupported: mma_sync.mxf4nvf4 (Feature '.kind::mxf4nvf4' not "
                              "supported on .target 'sm_90a')"));
  // Two features, two messages: one of them stands as an example.
  EXPECT_THAT(text, HasSubstr("unsupported: tcgen05.tmem, tcgen05.mma.f16 (for example: "
                              "Instruction 'tcgen05.alloc' not supported on .target 'sm_90a')"));
  EXPECT_THAT(text, HasSubstr("emulated: mma_sync.e4m3 ("));
  EXPECT_THAT(text, HasSubstr("0.58 ratio"));
}

TEST(Page, WrapsAtSpacesAndBreaksLongWords) {
  Page page(Style{.width = 40});
  page.line(2, 4, {{"aaaa bbbb cccc dddd eeee ffff gggg hhhh iiii"}});
  page.line(0, 2, {{std::string(50, 'x')}});
  page.line(0, 2, {{"one\n  two"}});
  EXPECT_EQ(page.take(), "  aaaa bbbb cccc dddd eeee ffff gggg\n    hhhh iiii\n" +
                             std::string(38, 'x') + "\n  " + std::string(12, 'x') +
                             "\none\n    two\n");
}

TEST(Summary, StrongestOfANoIsTheEvidenceAgainst) {
  FeatureResult result{"tcgen05.tmem", Status::unsupported, {}, {}};
  result.evidence.resize(2);
  result.evidence[0].kind = EvidenceKind::assembled;
  result.evidence[0].against = true;
  result.evidence[1].kind = EvidenceKind::loaded;  // the positive control speaks for another target
  EXPECT_EQ(strongest_of_status(result), EvidenceKind::assembled);
  result.status = Status::supported;
  EXPECT_EQ(strongest_of_status(result), EvidenceKind::loaded);
}

TEST(Summary, StrongestOfAnEmulationIsTheClock) {
  FeatureResult result{"mma_sync.e4m3", Status::emulated, {}, {}};
  result.evidence.resize(2);
  result.evidence[0].kind = EvidenceKind::verified;
  result.evidence[1].kind = EvidenceKind::counted;
  result.evidence[1].against = true;  // against the native unit
  EXPECT_EQ(strongest_of_status(result), EvidenceKind::counted);
}

TEST(Summary, WhatIsMadeForAnotherOperationCountsWhereItPerformsThisOneToo) {
  GpuReport gpu;
  gpu.backends.resize(2);
  gpu.backends[0].operation = "mla.sparse_prefill";
  gpu.backends[0].verdict = Verdict::no_hardware;
  gpu.backends[1].id = "b.decode";
  gpu.backends[1].operation = "mla.sparse_decode";
  gpu.backends[1].verdict = Verdict::runs;
  const auto prefill = [&] {
    const Summary summary = summarise(gpu);
    const auto found =
        std::ranges::find(summary.operations, "MLA prefill, token-sparse (DSA)", &Running::title);
    return found == summary.operations.end() ? Running{} : *found;
  };
  EXPECT_EQ(prefill().tone, Tone::bad);
  gpu.backends[1].also = {"mla.sparse_prefill"};
  EXPECT_EQ(prefill().ids, std::vector<std::string>{"b.decode"});
  EXPECT_EQ(prefill().tone, Tone::good);
  EXPECT_EQ(prefill().known, 2u);
}

TEST(Summary, AnOldDriversSilenceIsNoReasonForUnsupported) {
  Evidence silence;
  silence.kind = EvidenceKind::declared;
  silence.against = true;
  silence.text = "the driver's assembler gave no verdict";
  Evidence refusal = silence;
  refusal.kind = EvidenceKind::assembled;
  refusal.text = "Instruction 'x' not supported on .target 'sm_90a'";
  GpuReport gpu;
  gpu.features = {{"tcgen05.mma.f16",
                   Status::unsupported,
                   Reason{"not_on_target", "No", ""},
                   {silence, refusal}}};
  const Summary summary = summarise(gpu);
  ASSERT_EQ(summary.nos.size(), 1u);
  EXPECT_EQ(summary.nos[0].why, refusal.text);
}

TEST(Summary, WhatIsBrokenComesFirst) {
  GpuReport gpu;
  gpu.features = {{"tcgen05.mma.f8f6f4", Status::not_run, make_reason("no_probe"), {}},
                  {"mma_sync.e4m3", Status::emulated, make_reason("emulated_ratio"), {}},
                  {"tcgen05.tmem", Status::unsupported, make_reason("not_on_target", "x"), {}},
                  {"tma.store", Status::crashed, make_reason("gpu_fault", "x"), {}},
                  {"tma.gather4", Status::not_run, make_reason("no_probe"), {}}};
  std::vector<std::vector<std::string>> features;
  for (const No& no : summarise(gpu).nos) features.push_back(no.features);
  // What was not tried for one reason is one line, whatever its family.
  const std::vector<std::vector<std::string>> expected{
      {"tma.store"}, {"mma_sync.e4m3"}, {"tcgen05.tmem"}, {"tcgen05.mma.f8f6f4", "tma.gather4"}};
  EXPECT_EQ(features, expected);
}

TEST(Summary, NothingKnownIsNotNothingRuns) {
  GpuReport gpu;
  const auto add = [&](std::string id, std::string operation, Verdict verdict) {
    BackendResult backend;
    backend.id = std::move(id);
    backend.operation = std::move(operation);
    backend.verdict = verdict;
    gpu.backends.push_back(std::move(backend));
  };
  add("a", "mla.dense_prefill", Verdict::at_risk);
  add("b", "gemm.dense", Verdict::no_hardware);
  add("c", "gemm.dense", Verdict::runs);
  add("d", "dsa.topk", Verdict::unknown);
  const Summary summary = summarise(gpu);
  ASSERT_EQ(summary.operations.size(), 3u);
  EXPECT_EQ(summary.operations[0].title, "Dense GEMM, 16-bit and FP8");
  EXPECT_EQ(summary.operations[0].ids, std::vector<std::string>{"c"});
  EXPECT_EQ(summary.operations[0].known, 2u);
  Report report = sample::h200();
  report.gpus = {gpu};
  const std::string text = serialise_text(report, Style{.width = 200});
  EXPECT_THAT(text, HasSubstr("Runs 1 of 4 known backends:\n"));
  EXPECT_THAT(text, HasSubstr("nothing for: MLA prefill, dense\n"));
  EXPECT_THAT(text, HasSubstr("not known for: " + summary.operations[2].title));
}

TEST(Summary, WhatANarrowedRunLeftUnknownIsInTheHeadline) {
  GpuReport gpu;
  const auto add = [&](const char* id, Verdict verdict) {
    BackendResult backend;
    backend.id = id;
    backend.verdict = verdict;
    gpu.backends.push_back(std::move(backend));
  };
  const auto headline = [&] { return summarise(gpu).headline; };
  gpu.features = {{"wgmma.bf16", Status::not_run, make_reason("not_selected"), {}},
                  {"mma_sync.f16", Status::supported, {}, {}}};
  add("triton.dot", Verdict::runs);
  add("fa2", Verdict::runs);
  EXPECT_EQ(headline(), "Runs 2 of 2 known backends") << "what was left out cost nothing";
  add("cudnn.sdpa.f16", Verdict::unknown);
  EXPECT_EQ(headline(), "Runs 2 of 3 known backends") << "its needs are not in the catalogue";
  add("cutlass.gemm.sm90", Verdict::unknown);
  EXPECT_EQ(headline(),
            "Runs 2 of 4 known backends (2 not known, 1 of them because features they need were "
            "not selected)");
  gpu.backends.erase(gpu.backends.begin() + 2);
  EXPECT_EQ(headline(),
            "Runs 2 of 3 known backends (1 not known: features they need were not selected)");
  gpu.features[0].reason = make_reason("not_started");
  EXPECT_EQ(headline(), "Runs 2 of 3 known backends") << "one, for another cause";
  for (const char* id : {"fa3", "fa4.sm100", "fa4.sm120"}) add(id, Verdict::unknown);
  EXPECT_EQ(headline(), "Runs 2 of 6 known backends (4 not known)") << "most, for another cause";
}

TEST(Text, OneReasonStandsBelowARunOfBackends) {
  Report report = sample::h200();
  BackendResult backend;
  backend.operation = "gemm.dense";
  backend.project = "P";
  backend.verdict = Verdict::runs;
  backend.reason = "The reason.";
  report.gpus[0].backends = {backend, backend, backend};
  report.gpus[0].backends[0].id = "first";
  report.gpus[0].backends[1].id = "second";
  report.gpus[0].backends[2].id = "third";
  report.gpus[0].backends[2].reason = "Another reason.";
  EXPECT_THAT(serialise_text(report, Style{}),
              HasSubstr("first  P  [no evidence]\n"
                        "  ✓ runs         second  P  [no evidence]\n"
                        "      The reason.\n"
                        "  ✓ runs         third  P  [no evidence]\n"
                        "      Another reason.\n"));
}

TEST(Alerts, AnIncompleteReportNamesWhatWasLost) {
  const auto alert = [](const Report& report) {
    for (const Alert& candidate : alerts(report)) {
      if (candidate.title == "Incomplete") return candidate.text;
    }
    return std::string();
  };
  Report report = sample::h200();
  EXPECT_EQ(alert(report), "");
  report.complete = false;
  report.log = {"worker 1 ended"};
  EXPECT_EQ(alert(report),
            "The run ended before everything was probed. The log says what happened.");
  report.gpus[0].facts.problem = Reason{"exclusive_process", "Another process holds it", ""};
  EXPECT_EQ(alert(report), "GPU 0 cannot be used. The log says what happened.");
  report.gpus[0].facts.problem.reset();
  report.gpus[0].features[0].status = Status::timed_out;
  EXPECT_EQ(alert(report),
            report.gpus[0].features[0].id + " timed out. The log says what happened.");
}

TEST(Summary, FiguresHaveFourDigits) {
  EXPECT_EQ(figure_text(0.001102752668095952, ""), "0.001103");
  EXPECT_EQ(figure_text(3.629989125952804e-07, "x"), "3.63e-07 x");
  EXPECT_EQ(figure_text(233472, "bytes"), "233472 bytes");
  EXPECT_EQ(figure_text(4123.456, "GB/s"), "4123.5 GB/s");
}

TEST(Summary, FactsAreWrittenForPeople) {
  EXPECT_EQ(fact_text({"max_shared_memory_per_block_optin_bytes", std::int64_t{232448}, "", ""}),
            "227 KiB");
  EXPECT_EQ(fact_text({"total_memory_bytes", std::int64_t{150110011392}, "", ""}), "139.8 GiB");
  EXPECT_EQ(fact_text({"small_bytes", std::int64_t{100}, "", ""}), "100 bytes");
  EXPECT_EQ(fact_text({"clock_rate_khz", std::int64_t{1980000}, "", ""}), "1980 MHz");
  EXPECT_EQ(fact_text({"ecc_enabled", false, "", ""}), "no");
  EXPECT_EQ(fact_text({"fan", std::monostate{}, "NVML", "N/A"}), "not known: N/A");
  EXPECT_EQ(fact_label({"clock_rate_khz", std::monostate{}, "", ""}), "clock rate");
  EXPECT_EQ(fact_label({"l2_cache_size_bytes", std::monostate{}, "", ""}), "L2 cache size");
  EXPECT_EQ(fact_label({"nvml_sm_clock_mhz", std::monostate{}, "NVML", ""}), "SM clock");
  EXPECT_EQ(fact_label({"variable_NVIDIA_VISIBLE_DEVICES", std::monostate{}, "", ""}),
            "NVIDIA_VISIBLE_DEVICES");
  EXPECT_EQ(counted(Verdict::runs, 1) + ", " + counted(Verdict::runs, 2), "1 runs, 2 run");
  EXPECT_EQ(listed(std::vector<std::string>{"a", "b", "c"}, 2), "a, b, c");
  EXPECT_EQ(listed(std::vector<std::string>{"a", "b", "c", "d"}, 2), "a, b and 2 more");
}

}  // namespace
}  // namespace bp
