#include "report/formats/junit_writer.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <string_view>

#include "report/formats/clean.h"

namespace bp::junit {
namespace {

// XML 1.0, section 2.4: '>' too, as "]]>" is not allowed in text. `clean` has no character that
// section 2.2 forbids; a quote need not be escaped in text, and may be.
std::string xml_escaped(const std::string& clean) {
  std::string out;
  out.reserve(clean.size());
  for (const char c : clean) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      default:
        out += c;
    }
  }
  return out;
}

void attribute(std::string& out, std::string_view name, std::string_view value) {
  out.append(" ").append(name).append("=\"").append(xml_escaped(one_line(value))).append("\"");
}

/// xs:decimal knows neither NaN nor exponents, and whoever makes up a report may put anything
/// there.
double sane(double seconds) { return std::isfinite(seconds) ? std::clamp(seconds, 0.0, 1e9) : 0.0; }

/// Jenkins reads at most three decimals.
std::string seconds_text(double seconds) {
  char text[32];
  std::snprintf(text, sizeof text, "%.3f", seconds);
  return text;
}

/// Both schemas know a dateTime without a zone only; it is UTC.
std::string without_zone(std::string_view timestamp) {
  constexpr std::string_view shape = "0000-00-00T00:00:00";
  const std::string_view head = timestamp.substr(0, shape.size());
  const auto fits = [](char c, char like) {
    return like == '0' ? c >= '0' && c <= '9' : c == like;
  };
  const bool valid = std::ranges::equal(head, shape, fits);
  return std::string(valid ? head : "1970-01-01T00:00:00");
}

std::string_view element_of(Outcome outcome) {
  switch (outcome) {
    case Outcome::failed:
      return "failure";
    case Outcome::error:
      return "error";
    case Outcome::skipped:
      return "skipped";
    case Outcome::passed:
      break;
  }
  return {};
}

void write_case(std::string& out, const TestCase& test) {
  out += "    <testcase";
  attribute(out, "name", test.name);
  attribute(out, "classname", test.classname);
  attribute(out, "time", seconds_text(sane(test.seconds)));
  const std::string_view element = element_of(test.outcome);
  if (element.empty()) {
    out += "/>\n";
    return;
  }
  out.append(">\n      <").append(element);
  attribute(out, "type", test.type);
  attribute(out, "message", test.message);
  out.append(">").append(xml_escaped(lines(test.details))).append("</").append(element);
  out += ">\n    </testcase>\n";
}

void write_suite(std::string& out, const TestSuite& suite, std::size_t id) {
  const auto count = [&](Outcome outcome) {
    return std::to_string(std::ranges::count(suite.cases, outcome, &TestCase::outcome));
  };
  double seconds = 0;
  for (const TestCase& test : suite.cases) seconds += sane(test.seconds);
  out += "  <testsuite";
  attribute(out, "name", suite.name);
  attribute(out, "tests", std::to_string(suite.cases.size()));
  attribute(out, "failures", count(Outcome::failed));
  attribute(out, "errors", count(Outcome::error));
  attribute(out, "skipped", count(Outcome::skipped));
  attribute(out, "time", seconds_text(seconds));
  attribute(out, "timestamp", without_zone(suite.timestamp));
  attribute(out, "hostname", "localhost");  // compulsory, and nobody's business
  attribute(out, "package", "blackwell-probe");
  attribute(out, "id", std::to_string(id));
  out += ">\n    <properties>\n";
  for (const auto& [name, value] : suite.properties) {
    out += "      <property";
    attribute(out, "name", name);
    attribute(out, "value", value);
    out += "/>\n";
  }
  out += "    </properties>\n";
  for (const TestCase& test : suite.cases) write_case(out, test);
  out += "    <system-out>" + xml_escaped(lines(suite.output)) + "</system-out>\n";
  out += "    <system-err></system-err>\n  </testsuite>\n";
}

}  // namespace

std::string write(std::span<const TestSuite> suites) {
  std::string out = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n";
  std::size_t id = 0;
  for (const TestSuite& suite : suites) write_suite(out, suite, id++);
  out += "</testsuites>\n";
  return out;
}

}  // namespace bp::junit
