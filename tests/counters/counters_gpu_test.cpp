// Counts on the GPU of this machine. Where its counters may not be read the tests are skipped with
// the reason that the report would give; without a GPU too, and with REQUIRE_GPU=1 they fail there.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <map>
#include <set>
#include <string>

#include "probes/counters/counters.h"
#include "probes/driver/gpu.h"
#include "tests/support/with_gpu.h"

namespace bp {
namespace {

std::string text_of(const FactValue& value) {
  if (const auto* text = std::get_if<std::string>(&value)) return *text;
  if (const auto* number = std::get_if<std::int64_t>(&value)) return std::to_string(*number);
  if (const auto* flag = std::get_if<bool>(&value)) return *flag ? "yes" : "no";
  return "-";
}

class Counters : public test::WithGpu {
 protected:
  SurveyResult count(const std::vector<std::string>& features) {
    const auto result = count_instructions(
        engine_, options(), features,
        [&](const std::string& feature, const Evidence& item) { evidence_[feature] = item; });
    for (const auto& value : result.values) {
      std::printf("%s: %s%s\n", value.name.c_str(), text_of(value.value).c_str(),
                  value.absent.c_str());
    }
    for (const auto& [feature, item] : evidence_) {
      std::printf("%s: %s%s [%s]\n", feature.c_str(), item.against ? "AGAINST: " : "",
                  item.text.c_str(), item.by.c_str());
    }
    return result;
  }

  bool hopper() { return engine_.gpu().cc() == ComputeCapability{9, 0}; }

  std::map<std::string, Evidence> evidence_;
};

TEST_F(Counters, TellTheTensorPipesApart) {
  const auto start = std::chrono::steady_clock::now();
  const std::vector<std::string> features{"mma_sync.f16", "mma_sync.s8", "mma_sync.e4m3",
                                          "wgmma.f16",    "wgmma.s8",    "wgmma.e4m3"};
  const SurveyResult result = count(features);
  const auto took = std::chrono::steady_clock::now() - start;
  const std::set<std::string> elsewhere{"no_cupti", "cupti_too_old", "counters_denied",
                                        "counters_in_use", "counters_unavailable"};
  if (result.status == Status::blocked && elsewhere.contains(result.reason->id))
    GTEST_SKIP() << result.reason->sentence << " [" << result.reason->id << "]";
  ASSERT_EQ(result.status, Status::measured) << result.reason->sentence;
  EXPECT_EQ(result.rows.size(), features.size());
  EXPECT_LT(took, std::chrono::seconds(4));  // a context is opened as well
  ASSERT_TRUE(evidence_.contains("mma_sync.f16"));
  EXPECT_FALSE(evidence_["mma_sync.f16"].against) << evidence_["mma_sync.f16"].text;
  EXPECT_EQ(evidence_["mma_sync.f16"].kind, EvidenceKind::counted);
  EXPECT_FALSE(evidence_["mma_sync.s8"].against) << evidence_["mma_sync.s8"].text;
  if (!hopper()) return;
  // Hopper: FP8 of a warp is done by the f16 pipe, FP8 of a warpgroup by its own.
  EXPECT_TRUE(evidence_["mma_sync.e4m3"].against) << evidence_["mma_sync.e4m3"].text;
  for (const char* feature : {"wgmma.f16", "wgmma.s8", "wgmma.e4m3"}) {
    ASSERT_TRUE(evidence_.contains(feature));
    EXPECT_FALSE(evidence_[feature].against) << feature << ": " << evidence_[feature].text;
    EXPECT_THAT(evidence_[feature].text, testing::HasSubstr("gmma"));
  }
}

}  // namespace
}  // namespace bp
