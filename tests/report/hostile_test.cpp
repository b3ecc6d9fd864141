// Names and messages from outside stay text, whatever they hold.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <regex>

#include "report/formats/clean.h"
#include "report/formats/format.h"
#include "report/formats/json.h"
#include "tests/report/own_script.h"
#include "tests/report/planted.h"
#include "tests/report/sample_reports.h"

namespace bp {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

const std::string script = "<script>alert(1)</script><img src=x onerror=alert(2)>\"'><b>";
const std::string ansi =
    "\x1b[2J\x1b]0;owned\x07\x9b"
    "31m\r\b\x7f";
const std::string bidi =
    "\xe2\x80\xae"
    "desrever\xe2\x80\xac\xe2\x80\x8b";

Report hostile(Report report) {
  for (const std::string& text :
       {script, ansi, bidi, std::string("\xff\xfe\xc3"), std::string(10'000, 'W')}) {
    test::plant(report, text);
  }
  return report;
}

/// No byte that a terminal acts on, but newlines and, with colour, our own SGR sequences.
void expect_inert(const std::string& text, bool colour) {
  std::string rest = colour ? std::regex_replace(text, std::regex("\x1b\\[[0-9;]*m"), "") : text;
  for (std::string_view view = rest; !view.empty();) {
    const char32_t code = next_code_point(view);
    ASSERT_TRUE(code == '\n' || !is_hostile(code)) << std::hex << static_cast<unsigned>(code);
  }
}

TEST(Hostile, TextHoldsNoControlCharacters) {
  for (const Report& sample :
       {sample::h200(), sample::offline(), sample::troubled(), sample::bench()}) {
    for (const bool colour : {false, true}) {
      const std::string text =
          find_format("text")->serialise(hostile(sample), Style{.width = 120, .colour = colour});
      expect_inert(text, colour);
      EXPECT_THAT(text, HasSubstr("\\x1b"));
    }
  }
}

TEST(Hostile, OnlyOurColoursAreEscapes) {
  // A forged colour in a name must not come out as a colour.
  Report report = sample::h200();
  report.gpus[0].facts.name = "\x1b[31mred\x1b[0m";
  const std::string text = find_format("text")->serialise(report, Style{.width = 120});
  EXPECT_THAT(text, Not(HasSubstr("\x1b")));
  EXPECT_THAT(text, HasSubstr("\\x1b[31mred\\x1b[0m"));
}

TEST(Hostile, HtmlHoldsNoForeignMarkup) {
  for (const Report& sample :
       {sample::h200(), sample::offline(), sample::troubled(), sample::bench()}) {
    const std::string page = find_format("html")->serialise(hostile(sample), {});
    expect_inert(page, false);
    EXPECT_THAT(test::without_own_script(page), Not(HasSubstr("<script")));
    EXPECT_THAT(page, Not(HasSubstr("<img")));
    EXPECT_THAT(page, HasSubstr("&lt;script&gt;alert(1)&lt;/script&gt;&lt;img src=x "
                                "onerror=alert(2)&gt;&quot;&#39;&gt;"));
    // As many elements as with a harmless text in the same places.
    Report harmless = sample;
    for (int i = 0; i < 5; ++i) test::plant(harmless, "harmless");
    const auto elements = [](const std::string& text) { return std::ranges::count(text, '<'); };
    EXPECT_EQ(elements(page), elements(find_format("html")->serialise(harmless, {})));
  }
}

TEST(Hostile, JsonStaysJsonAndKeepsTheText) {
  Report report = sample::h200();
  report.gpus[0].facts.name = script + ansi + std::string(10'000, 'W');
  report.gpus[0].facts.name.erase(report.gpus[0].facts.name.find('\x9b'), 1);  // not UTF-8
  const std::string text = serialise_json(report);
  expect_inert(text, false);
  EXPECT_EQ(parse_report(text).gpus[0].facts.name, report.gpus[0].facts.name);
}

TEST(Clean, EscapesWhatIsNotShown) {
  EXPECT_EQ(one_line("a\x1b[0mb"), "a\\x1b[0mb");
  EXPECT_EQ(one_line("a\nb\tc"), "a\\nb c");
  EXPECT_EQ(lines("a\nb\r"), "a\nb\\x0d");
  EXPECT_EQ(one_line("\xe2\x80\xae"), "\\u{202e}");
  EXPECT_EQ(one_line("\xc2\x9b"), "\\u{9b}");
  EXPECT_EQ(one_line("gr\xc3\xbc\xc3\x9f \xe2\x9c\x93"), "gr\xc3\xbc\xc3\x9f \xe2\x9c\x93");
}

TEST(Clean, InvalidUtf8BecomesTheReplacementCharacter) {
  const std::string bad = "\xef\xbf\xbd";
  EXPECT_EQ(one_line("\xff"), bad);
  EXPECT_EQ(one_line("\xc3"), bad);
  EXPECT_EQ(one_line("\xc0\xaf"), bad + bad);                      // overlong
  EXPECT_EQ(one_line("\xed\xa0\x80"), bad + bad + bad);            // surrogate
  EXPECT_EQ(one_line("\xf4\x90\x80\x80"), bad + bad + bad + bad);  // above U+10FFFF
}

TEST(Clean, CountsColumns) {
  EXPECT_EQ(columns("abc"), 3);
  EXPECT_EQ(columns("\xe2\x9c\x93"), 1);
  EXPECT_EQ(columns("\xe6\xbc\xa2"), 2);      // CJK
  EXPECT_EQ(columns("e\xcc\x81"), 1);         // combining acute
  EXPECT_EQ(columns("\xf0\x9f\x98\x80"), 2);  // emoji
}

}  // namespace
}  // namespace bp
