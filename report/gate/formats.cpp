#include "report/gate/formats.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "report/formats/clean.h"
#include "report/formats/github_annotations.h"
#include "report/formats/junit_writer.h"

namespace bp::gate {
namespace {

using Json = nlohmann::ordered_json;

std::string title_of(const Demand& demand) {
  return demand.name.empty() ? demand.text : demand.name;
}

/// Why, with the reason of an xfail where it matters.
std::string why(const Result& result) {
  std::string text = result.finding.reason;
  if (result.demand.xfail && !result.demand.xfail->empty())
    text += " [xfail: " + *result.demand.xfail + "]";
  return text;
}

/// ECMA-48 SGR.
std::string_view ink(Outcome outcome) {
  switch (effect_of(outcome)) {
    case Effect::fails:
      return "\x1b[31m";
    case Effect::open:
      return "\x1b[33m";
    case Effect::passes:
      return "\x1b[32m";
    case Effect::none:
      break;
  }
  return "\x1b[2m";
}

std::string padded(std::string text, std::size_t width) {
  const auto used = static_cast<std::size_t>(columns(text));
  return text.append(used < width ? width - used : 0, ' ');
}

junit::Outcome junit_outcome(Outcome outcome) {
  if (outcome == Outcome::xfailed || outcome == Outcome::no_such_gpu)
    return junit::Outcome::skipped;
  switch (effect_of(outcome)) {
    case Effect::fails:
      return junit::Outcome::failed;
    case Effect::open:
      return junit::Outcome::error;
    default:
      return junit::Outcome::passed;
  }
}

}  // namespace

std::string to_text(std::span<const Result> results, bool colour) {
  constexpr std::size_t most = 48;  // columns of a requirement before its reason moves right
  std::size_t marks = 0;
  std::size_t names = 0;
  for (const Result& result : results) {
    marks = std::max(marks, words(result.outcome).size());
    const auto width = static_cast<std::size_t>(columns(one_line(title_of(result.demand))));
    if (width <= most) names = std::max(names, width);
  }
  std::string text;
  for (const Result& result : results) {
    const std::string mark = padded(std::string(words(result.outcome)), marks);
    text += colour ? std::string(ink(result.outcome)) + mark + "\x1b[0m" : mark;
    text += "  " + padded(one_line(title_of(result.demand)), names) + "  " + one_line(why(result)) +
            "\n";
  }
  return text + counts_of(results) + "\n";
}

std::string to_json(std::span<const Result> results, const Judging& judging) {
  Json document;
  document["gate_schema_version"] = gate_schema_version;
  document["tool"] = {{"version", judging.tool}};
  document["created"] = judging.created;
  document["status"] = judging.status;
  Json list = Json::array();
  for (const Result& result : results) {
    const Demand& demand = result.demand;
    Json row;
    row["require"] = demand.text;
    row["name"] = demand.name.empty() ? Json() : Json(demand.name);
    row["place"] = demand.place;
    row["outcome"] = to_string(result.outcome);
    row["reason"] = result.finding.reason;
    row["evidence"] = result.finding.evidence ? Json(to_string(*result.finding.evidence)) : Json();
    row["xfail"] = demand.xfail ? Json(*demand.xfail) : Json();
    row["strict"] = demand.xfail ? Json(demand.strict) : Json();
    list.push_back(std::move(row));
  }
  document["requirements"] = std::move(list);
  return document.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

std::string to_junit(std::span<const Result> results, const Judging& judging) {
  junit::TestSuite suite{.name = "blackwell-probe gate", .timestamp = std::string(judging.created)};
  suite.properties.emplace_back("blackwell-probe", judging.tool);
  for (const Result& result : results) {
    const junit::Outcome outcome = junit_outcome(result.outcome);
    suite.cases.push_back(
        {.classname = "gate",
         .name = title_of(result.demand),
         .outcome = outcome,
         .type = outcome == junit::Outcome::passed ? "" : std::string(to_string(result.outcome)),
         .message = why(result),
         .details = "required: " + result.demand.text});
    suite.output +=
        std::string(words(result.outcome)) + ": " + result.demand.text + ": " + why(result) + "\n";
  }
  return junit::write(std::span(&suite, 1));
}

std::string to_github(std::span<const Result> results) {
  std::vector<github::Annotation> annotations;
  for (const Result& result : results) {
    const Effect effect = effect_of(result.outcome);
    if (result.outcome == Outcome::met) continue;
    annotations.push_back(
        {.level = effect == Effect::fails || effect == Effect::open ? github::Level::error
                  : result.outcome == Outcome::xpassed_lax          ? github::Level::warning
                                                                    : github::Level::notice,
         .title = std::string(words(result.outcome)) + ": " + title_of(result.demand),
         .message = why(result)});
  }
  annotations.push_back({.level = github::Level::notice,
                         .title = "blackwell-probe gate",
                         .message = counts_of(results)});
  return github::write(annotations);
}

}  // namespace bp::gate
