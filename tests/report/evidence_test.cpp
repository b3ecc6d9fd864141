// No renderer of a whole report drops evidence: each item's text, source, target and figure is
// there. Formats that hold less show the strongest kind, which their own tests look for.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <nlohmann/json.hpp>

#include "report/formats/format.h"
#include "tests/report/sample_reports.h"

namespace bp {
namespace {

using ::testing::HasSubstr;

bool holds(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

constexpr std::array whole_reports{"text", "json", "html"};

/// Gives every item of evidence a text and a figure that occur nowhere else; returns the items.
std::vector<Evidence> mark_all(Report& report) {
  std::vector<Evidence> items;
  const auto mark = [&](std::vector<Evidence>& list) {
    for (Evidence& item : list) {
      const std::string number = std::to_string(items.size());
      item.text = "seen <" + number + "> & 'said'";
      item.by = "witness " + number;
      item.value = 1000.5 + static_cast<double>(items.size());
      item.unit = "marks";
      items.push_back(item);
    }
  };
  for (GpuReport& gpu : report.gpus) {
    for (FeatureResult& feature : gpu.features) mark(feature.evidence);
    for (KernelResult& kernel : gpu.kernels) mark(kernel.evidence);
  }
  for (TargetReport& target : report.targets) {
    for (FeatureResult& feature : target.features) mark(feature.evidence);
  }
  for (DisputedFact& fact : report.disputed) mark(fact.evidence);
  return items;
}

std::string html_escaped(std::string text) {
  for (const auto& [from, to] : {std::pair<std::string, std::string>{"&", "&amp;"},
                                 {"<", "&lt;"},
                                 {">", "&gt;"},
                                 {"'", "&#39;"},
                                 {"\"", "&quot;"}}) {
    for (std::size_t at = 0; (at = text.find(from, at)) != std::string::npos; at += to.size()) {
      text.replace(at, from.size(), to);
    }
  }
  return text;
}

TEST(Evidence, IsDroppedByNoWholeReport) {
  for (Report report : {sample::h200(), sample::offline(), sample::troubled()}) {
    const std::vector<Evidence> items = mark_all(report);
    ASSERT_FALSE(items.empty());
    for (const char* name : whole_reports) {
      const Format& format = *find_format(name);
      const std::string text = format.serialise(report, Style{.width = 100'000});
      for (const Evidence& item : items) {
        const std::string figure = nlohmann::json(*item.value).dump();
        const std::string said = format.name == "html" ? html_escaped(item.text) : item.text;
        EXPECT_TRUE(holds(text, said)) << format.name << ": " << said;
        EXPECT_TRUE(holds(text, item.by)) << format.name << ": " << item.by;
        EXPECT_TRUE(holds(text, item.target)) << format.name << ": " << item.target;
        EXPECT_TRUE(holds(text, figure)) << format.name << ": " << figure;
      }
    }
  }
}

TEST(Evidence, ReasonsAndRemediesAreShown) {
  const Report report = sample::troubled();
  for (const char* name : whole_reports) {
    const Format& format = *find_format(name);
    const std::string text = format.serialise(report, Style{.width = 100'000});
    for (const GpuReport& gpu : report.gpus) {
      if (gpu.facts.problem) {
        EXPECT_TRUE(holds(text, gpu.facts.problem->remedy))
            << format.name << ": " << gpu.facts.problem->remedy;
      }
      for (const FeatureResult& feature : gpu.features) {
        if (!feature.reason) continue;
        EXPECT_TRUE(holds(text, feature.reason->id)) << format.name << ": " << feature.reason->id;
        EXPECT_TRUE(holds(text, feature.reason->sentence))
            << format.name << ": " << feature.reason->sentence;
      }
      for (const BackendResult& backend : gpu.backends) {
        EXPECT_TRUE(holds(text, backend.id)) << format.name << ": " << backend.id;
      }
    }
  }
}

TEST(Evidence, AFakeDriverIsNamedInEveryFormat) {
  for (const Format& format : formats()) {
    const std::string fake = format.serialise(sample::troubled(), Style{});
    EXPECT_TRUE(holds(fake, "h200_r580")) << format.name << ": "
                                          << "h200_r580";
    if (format.name == "text" || format.name == "html") {
      EXPECT_TRUE(holds(fake, "driver: fake")) << format.name << ": "
                                               << "driver: fake";
    }
    EXPECT_THAT(format.serialise(sample::h200(), Style{}),
                ::testing::Not(HasSubstr("fake (machine")));
  }
}

TEST(Evidence, TheOfflineReportIsWordedAsExpected) {
  for (const char* name : {"text", "html"}) {
    const std::string text =
        find_format(name)->serialise(sample::offline(), Style{.width = 100'000});
    EXPECT_THAT(text, HasSubstr("Offline report"));
    EXPECT_THAT(text, HasSubstr("Expected to run 1 of 2 known backends"));
    EXPECT_THAT(text, HasSubstr("assembled"));
    EXPECT_THAT(text, ::testing::Not(HasSubstr("Runs 1 of"))) << name;
  }
}

}  // namespace
}  // namespace bp
