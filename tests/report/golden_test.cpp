// One golden file for each format and sample report.
#include "tests/report/golden.h"

#include <gtest/gtest.h>

#include "report/formats/format.h"
#include "tests/report/sample_reports.h"
#include "tests/support/paths.h"

namespace bp {
namespace {

constexpr Style plain{.width = 100, .colour = false, .unicode = true, .detail = Detail::full};

struct Sample {
  std::string name;
  Report (*make)();
};

class Golden : public ::testing::TestWithParam<Sample> {};

TEST_P(Golden, EveryFormat) {
  BP_NEEDS("BP_TEST_ROOT");
  const Report report = GetParam().make();
  for (const Format& format : formats()) {
    const std::string suffix(format.suffixes.empty() ? format.name : format.suffixes.front());
    test::expect_golden(GetParam().name + (suffix.starts_with('.') ? "" : ".") + suffix,
                        format.serialise(report, plain));
  }
}

TEST_P(Golden, SummaryInAsciiAndColour) {
  BP_NEEDS("BP_TEST_ROOT");
  const Style style{.width = 80, .colour = true, .unicode = false, .detail = Detail::summary};
  test::expect_golden(GetParam().name + ".summary.ansi",
                      find_format("text")->serialise(GetParam().make(), style));
}

INSTANTIATE_TEST_SUITE_P(Samples, Golden,
                         ::testing::Values(Sample{"h200", sample::h200},
                                           Sample{"offline", sample::offline},
                                           Sample{"troubled", sample::troubled},
                                           Sample{"bench", sample::bench}),
                         [](const auto& info) { return info.param.name; });

TEST(Format, IsFoundByNameAndSuffix) {
  EXPECT_EQ(find_format("json")->name, "json");
  EXPECT_EQ(find_format("yaml"), nullptr);
  EXPECT_EQ(format_of_file("a/b/report.HTML")->name, "html");
  EXPECT_EQ(format_of_file("report"), nullptr);
  EXPECT_EQ(format_of_file("html"), nullptr);
}

}  // namespace
}  // namespace bp
