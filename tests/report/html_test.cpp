// The page stands alone, is well formed, and keeps its contrast.
#include "report/formats/html.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <map>
#include <regex>
#include <set>

#include "report/formats/html_builder.h"
#include "report/formats/html_style.h"
#include "tests/report/own_script.h"
#include "tests/report/sample_reports.h"

namespace bp {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

std::vector<Report> samples() {
  return {sample::h200(), sample::offline(), sample::troubled(), sample::bench()};
}

TEST(Html, MakesNoOutsideRequestAndHasNoScriptButItsOwn) {
  for (const Report& report : samples()) {
    const std::string page = test::without_own_script(serialise_html(report));
    EXPECT_THAT(page, HasSubstr("content=\"default-src &#39;none&#39;; style-src &#39;sha256-"));
    for (const char* never : {"<script", "src=", " style=", "<link", "@import", "url(",
                              "http:", "https:", "javascript:"}) {
      EXPECT_THAT(page, Not(HasSubstr(never)));
    }
  }
}

TEST(Html, EveryElementIsClosedInOrder) {
  const std::set<std::string> empty{"meta", "br", "hr", "col", "wbr"};
  for (const Report& report : samples()) {
    const std::string page = serialise_html(report);
    std::vector<std::string> open;
    const std::regex tag("<(/?)([a-z][a-z0-9]*)[^<>]*>");
    for (std::sregex_iterator at(page.begin(), page.end(), tag), end; at != end; ++at) {
      const std::string name = (*at)[2];
      if (empty.contains(name)) continue;
      if ((*at)[1].length() == 0) {
        open.push_back(name);
      } else {
        ASSERT_FALSE(open.empty()) << name;
        ASSERT_EQ(open.back(), name);
        open.pop_back();
      }
    }
    EXPECT_TRUE(open.empty());
  }
}

TEST(Html, LinksLeadSomewhereAndIdsAreUnique) {
  for (const Report& report : samples()) {
    const std::string page = serialise_html(report);
    std::set<std::string> ids;
    const std::regex id(" id=\"([^\"]*)\""), link("href=\"#([^\"]*)\"");
    for (std::sregex_iterator at(page.begin(), page.end(), id), end; at != end; ++at) {
      EXPECT_TRUE(ids.insert((*at)[1]).second) << (*at)[1];
    }
    int links = 0;
    for (std::sregex_iterator at(page.begin(), page.end(), link), end; at != end; ++at, ++links) {
      EXPECT_TRUE(ids.contains((*at)[1])) << (*at)[1];
    }
    EXPECT_GT(links, 3);
  }
}

TEST(Html, HasLandmarksAndScopes) {
  const std::string page = serialise_html(sample::h200());
  for (const char* part : {"<html lang=\"en\">", "<header", "<nav aria-label", "<main id=\"main\"",
                           "<a class=\"skip\" href=\"#main\"", "<footer>", "<h1>", "scope=\"col\"",
                           "scope=\"row\"", "<caption>", "name=\"viewport\""}) {
    EXPECT_THAT(page, HasSubstr(part));
  }
  EXPECT_THAT(serialise_html(sample::offline()), HasSubstr("Features by target, as assembled"));
}

TEST(HtmlBuilder, EscapesTextAndAttributes) {
  using html::el;
  const html::Node node = el("p", {{"title", "\"><b>"}}, {"a < b & \"c\"", el("br", {}), "\x1b"});
  std::string out;
  node.write(out);
  EXPECT_EQ(out, "<p title=\"&quot;&gt;&lt;b&gt;\">a &lt; b &amp; &quot;c&quot;<br>\\x1b</p>");
}

// --- contrast, WCAG 2.2 ("relative luminance", "contrast ratio") ---

double channel(int value) {
  const double c = value / 255.0;
  return c <= 0.04045 ? c / 12.92 : std::pow((c + 0.055) / 1.055, 2.4);
}

double luminance(const std::string& colour) {
  const int rgb = std::stoi(colour.substr(1), nullptr, 16);
  return 0.2126 * channel(rgb >> 16) + 0.7152 * channel((rgb >> 8) & 255) +
         0.0722 * channel(rgb & 255);
}

double contrast(const std::string& a, const std::string& b) {
  const double x = luminance(a), y = luminance(b);
  return (std::max(x, y) + 0.05) / (std::min(x, y) + 0.05);
}

TEST(Html, TextKeepsAContrastOfFourAndAHalf) {
  const std::string css(page_style.text);
  // Three sets: light, dark, print. Each is a rule for :root that sets --ground.
  const std::regex rule(":root\\{([^}]*--ground[^}]*)\\}"), variable("--([a-z-]+):(#[0-9a-f]{6})");
  int sets = 0;
  for (std::sregex_iterator at(css.begin(), css.end(), rule), end; at != end; ++at, ++sets) {
    const std::string body = (*at)[1];
    std::map<std::string, std::string> colour;
    for (std::sregex_iterator v(body.begin(), body.end(), variable); v != end; ++v)
      colour[(*v)[1]] = (*v)[2];
    for (const auto& [text, ground] :
         std::vector<std::pair<std::string, std::string>>{{"ink", "ground"},
                                                          {"ink", "card"},
                                                          {"ink", "code"},
                                                          {"soft", "ground"},
                                                          {"soft", "card"},
                                                          {"accent", "ground"},
                                                          {"accent", "card"},
                                                          {"good", "good-bg"},
                                                          {"partly", "partly-bg"},
                                                          {"bad", "bad-bg"},
                                                          {"broken", "broken-bg"},
                                                          {"unknown", "unknown-bg"}}) {
      ASSERT_TRUE(colour.contains(text) && colour.contains(ground)) << text << " " << ground;
      EXPECT_GE(contrast(colour[text], colour[ground]), 4.5)
          << "set " << sets << ": " << text << " on " << ground;
    }
  }
  EXPECT_EQ(sets, 3);
}

TEST(Html, NoStateIsToldByColourAlone) {
  // Every badge holds a word of its own.
  const std::string page = serialise_html(sample::troubled());
  const std::regex badge("class=\"badge [a-z]+\"[^>]*>([^<]*)<");
  int badges = 0;
  for (std::sregex_iterator at(page.begin(), page.end(), badge), end; at != end; ++at, ++badges) {
    EXPECT_THAT(std::string((*at)[1]), ::testing::ContainsRegex("[a-z]+")) << (*at)[0];
  }
  EXPECT_GT(badges, 10);
}

TEST(Html, AGridShowsThatOtherInstructionsCameOut) {
  Report report = sample::offline();
  FeatureResult result{"mma_sync.e4m3", Status::assembles, {}, {}};
  result.evidence.resize(1);
  result.evidence[0].kind = EvidenceKind::assembled;
  result.evidence[0].text = "expanded: F2FP, HMMA";
  report.targets[0].features = {result};
  result.evidence[0].text = "QMMA";
  report.targets[1].features = {result};
  const std::string page = serialise_html(report);
  EXPECT_THAT(
      page, HasSubstr("<span class=\"badge partly\" title=\"assembles, expanded: F2FP, HMMA\">~"));
  EXPECT_THAT(page, HasSubstr("<span class=\"badge good\">✓"));
}

}  // namespace
}  // namespace bp
