#include "report/diff/diff.h"

#include <algorithm>
#include <map>
#include <sstream>
#include <tuple>

#include "report/diff/collect.h"
#include "report/diff/judge.h"

namespace bp {
namespace {

ReportDiff::Side side(const Report& report) {
  ReportDiff::Side side{report.created, report.tool.version, report.command, {}};
  for (const GpuReport& gpu : report.gpus)
    side.gpus.push_back("GPU " + std::to_string(gpu.facts.index) + ": " + gpu.facts.name);
  return side;
}

/// What a command chooses to probe: `run` by its name or without, seed, patience and how long is
/// measured choose nothing.
std::string selection(const std::string& command) {
  std::istringstream words(command);
  std::string word, text;
  words >> word;
  while (words >> word) {
    if (word == "--seed" || word == "--timeout" || word == "--min-time") {
      words >> word;
    } else if (word != "run") {
      text += word + " ";
    }
  }
  return text;
}

std::vector<std::string> warnings(const Report& before, const Report& after) {
  std::vector<std::string> found;
  if (before.driver.fake.has_value() != after.driver.fake.has_value())
    found.push_back(std::string("The ") + (before.driver.fake ? "first" : "second") +
                    " report was made with a fake driver and the other on a real GPU: the changes "
                    "say nothing about a GPU.");
  if (selection(before.command) != selection(after.command))
    found.push_back("The two runs were not told the same: \"" + before.command + "\" and \"" +
                    after.command + "\". What is in one of them alone is not judged.");
  if (before.shape != after.shape) found.push_back("Backends were judged for different shapes.");
  if (before.tool.version != after.tool.version || before.tool.commit != after.tool.commit)
    found.push_back(
        "Two versions of this program made the reports: probes and catalogue may "
        "differ.");
  return found;
}

std::string joined_lines(const std::vector<std::string>& lines) {
  std::string text;
  for (const std::string& line : lines) text += (text.empty() ? "" : ", ") + line;
  return text;
}

void compare_whole(const Report& before, const Report& after, const ChangeList& list) {
  if (before.complete != after.complete)
    list.add(ChangeOf::report, "complete", before.complete ? "yes" : "no",
             after.complete ? "yes" : "no", after.complete ? Trend::better : Trend::worse);
  list.text(ChangeOf::report, "command", before.command, after.command);
  list.text(ChangeOf::report, "shape", to_string(before.shape), to_string(after.shape));
  list.text(ChangeOf::tool, "version", before.tool.version, after.tool.version);
  list.text(ChangeOf::tool, "commit", before.tool.commit, after.tool.commit);
  list.text(ChangeOf::tool, "toolkit", before.tool.toolkit, after.tool.toolkit);
}

void compare_driver(const DriverFacts& before, const DriverFacts& after, const ChangeList& list) {
  const auto text = [&](const char* id, const std::string& a, const std::string& b) {
    list.text(ChangeOf::environment, id, a, b);
  };
  list.usable(ChangeOf::environment, "driver is usable", before.problem, after.problem);
  text("driver", before.version, after.version);
  text("CUDA version", before.cuda_version, after.cuda_version);
  text("driver library", before.library, after.library);
  text("fake driver", before.fake.value_or(""), after.fake.value_or(""));
  if (before.ptx != after.ptx) {
    const auto name = [](const auto& ptx) { return ptx ? to_string(*ptx) : "not known"; };
    const Trend trend = !before.ptx || !after.ptx  ? Trend::other
                        : *before.ptx > *after.ptx ? Trend::worse
                                                   : Trend::better;
    list.add(ChangeOf::environment, "newest PTX version", name(before.ptx), name(after.ptx), trend);
  }
  text("changed environment", joined_lines(before.changed_environment),
       joined_lines(after.changed_environment));
  text("injected tools", joined_lines(before.injected_tools), joined_lines(after.injected_tools));
}

void compare_targets(const std::vector<TargetReport>& before,
                     const std::vector<TargetReport>& after, const ChangeList& whole) {
  const auto judged = [](const TargetReport&) { return std::string("judged"); };
  match(before, after, &TargetReport::target, [&](const TargetReport* a, const TargetReport* b) {
    const ChangeList list = whole.at((a != nullptr ? a : b)->target);
    if (a == nullptr || b == nullptr) {
      list.missing(ChangeOf::report, "target", text_of(a, judged), text_of(b, judged));
      return;
    }
    compare_results(a->features, b->features, list);
    compare_backends(a->backends, b->backends, list);
    compare_selectors(a->selectors, b->selectors, list);
  });
}

/// What changed in the same way in several places is one change; worse ones first.
std::vector<Change> gathered(std::vector<Change> changes) {
  std::vector<Change> found;
  std::map<std::tuple<ChangeOf, std::string, std::string, std::string, std::string>, std::size_t>
      seen;
  for (Change& change : changes) {
    const auto [place, fresh] = seen.try_emplace(
        {change.what, change.id, change.before, change.after, change.note}, found.size());
    if (fresh) {
      found.push_back(std::move(change));
    } else {
      auto& where = found[place->second].where;
      where.insert(where.end(), change.where.begin(), change.where.end());
    }
  }
  std::ranges::stable_sort(
      found, {}, [](const Change& change) { return std::pair(change.trend, change.what); });
  return found;
}

}  // namespace

std::string_view to_string(Trend trend) {
  switch (trend) {
    case Trend::worse:
      return "worse";
    case Trend::better:
      return "better";
    case Trend::other:
      break;
  }
  return "other";
}

std::string_view to_string(ChangeOf what) {
  switch (what) {
    case ChangeOf::report:
      return "report";
    case ChangeOf::gpu:
      return "gpu";
    case ChangeOf::feature:
      return "feature";
    case ChangeOf::kernel:
      return "kernel";
    case ChangeOf::backend:
      return "backend";
    case ChangeOf::selector:
      return "selector";
    case ChangeOf::limit:
      return "limit";
    case ChangeOf::rate:
      return "rate";
    case ChangeOf::bench:
      return "bench";
    case ChangeOf::survey:
      return "survey";
    case ChangeOf::environment:
      return "environment";
    case ChangeOf::tool:
      break;
  }
  return "tool";
}

ReportDiff compare(const Report& before, const Report& after, double noise) {
  ReportDiff diff{side(before), side(after), noise, warnings(before, after), {}};
  const ChangeList whole{
      diff.changes, {}, noise, selection(before.command) == selection(after.command)};
  compare_whole(before, after, whole);
  compare_driver(before.driver, after.driver, whole);
  compare_facts(before.environment, after.environment, ChangeOf::environment, whole);
  const std::vector<GpuPair> pairs = pair_gpus(before.gpus, after.gpus);
  for (const GpuPair& pair : pairs) {
    const ChangeList list = whole.at(label(pair));
    if (pair.before != nullptr && pair.after != nullptr) {
      compare_gpu(*pair.before, *pair.after, list);
    } else if (pair.before != nullptr) {
      list.add(ChangeOf::gpu, pair.before->facts.name, "there", "not there", Trend::worse);
    } else {
      list.add(ChangeOf::gpu, pair.after->facts.name, "not there", "there", Trend::better);
    }
  }
  compare_surveys(before.surveys, after.surveys, pairs, whole);
  compare_targets(before.targets, after.targets, whole);
  diff.changes = gathered(std::move(diff.changes));
  return diff;
}

std::size_t count(const ReportDiff& diff, Trend trend) {
  return static_cast<std::size_t>(std::ranges::count(diff.changes, trend, &Change::trend));
}

}  // namespace bp
