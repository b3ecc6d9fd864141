#include "report/formats/junit_writer.h"

#include <gmock/gmock.h>

#include <limits>
#include <vector>

namespace bp::junit {
namespace {

using testing::HasSubstr;
using testing::Not;

TEST(JUnitWriter, CountsEachOutcomeAndASkipIsNoPass) {
  const std::vector<TestSuite> suites{{.name = "s",
                                       .timestamp = "2026-11-22T12:00:00Z",
                                       .cases = {{"c", "a", 0.25},
                                                 {"c", "b", 1, Outcome::failed, "t", "m"},
                                                 {"c", "d", 0, Outcome::error, "t", "m"},
                                                 {"c", "e", 0, Outcome::skipped, "t", "m", "d"}}}};
  const std::string xml = write(suites);
  EXPECT_THAT(xml, HasSubstr("tests=\"4\" failures=\"1\" errors=\"1\" skipped=\"1\" "
                             "time=\"1.250\" timestamp=\"2026-11-22T12:00:00\""));
  EXPECT_THAT(xml, HasSubstr("<testcase name=\"a\" classname=\"c\" time=\"0.250\"/>"));
  EXPECT_THAT(xml, HasSubstr("<failure type=\"t\" message=\"m\"></failure>"));
  EXPECT_THAT(xml, HasSubstr("<error type=\"t\" message=\"m\"></error>"));
  EXPECT_THAT(xml, HasSubstr("<skipped type=\"t\" message=\"m\">d</skipped>"));
}

TEST(JUnitWriter, NoTextEndsItsElementOrHoldsWhatXmlForbids) {
  const std::string hostile = "]]></skipped><x a=\"\x1b[31m\xff\x01\r\n&amp;\xEF\xBF\xBF";
  const std::vector<TestSuite> suites{
      {.name = hostile,
       .timestamp = hostile,
       .properties = {{hostile, hostile}},
       .cases = {{hostile, hostile, 0, Outcome::skipped, hostile, hostile, hostile}},
       .output = hostile}};
  const std::string xml = write(suites);
  EXPECT_THAT(xml, Not(HasSubstr("]]>")));
  EXPECT_THAT(xml, Not(HasSubstr("<x")));
  EXPECT_THAT(xml, HasSubstr("&amp;amp;"));
  for (const char c : xml)
    EXPECT_TRUE(c == '\n' || static_cast<unsigned char>(c) >= 0x20) << static_cast<int>(c);
  EXPECT_THAT(xml, Not(HasSubstr("\xEF\xBF\xBF")));
  EXPECT_THAT(xml, HasSubstr("timestamp=\"1970-01-01T00:00:00\""));
}

TEST(JUnitWriter, TimesAreDecimalsWhateverTheyWere) {
  const std::vector<TestSuite> suites{
      {.name = "s",
       .cases = {{"c", "a", std::numeric_limits<double>::quiet_NaN()},
                 {"c", "b", -1},
                 {"c", "d", 1e300}}}};
  const std::string xml = write(suites);
  EXPECT_THAT(xml, HasSubstr("name=\"a\" classname=\"c\" time=\"0.000\""));
  EXPECT_THAT(xml, HasSubstr("name=\"b\" classname=\"c\" time=\"0.000\""));
  EXPECT_THAT(xml, HasSubstr("name=\"d\" classname=\"c\" time=\"1000000000.000\""));
}

}  // namespace
}  // namespace bp::junit
