// What is said of many targets, once for all that share it: a dozen pages of the same lines would
// hide the lines that differ.
#include <algorithm>

#include "report/formats/backend_words.h"
#include "report/formats/html_parts.h"
#include "report/formats/target_name.h"

namespace bp {

using html::el;
using html::Node;

namespace {

constexpr std::string_view any_target = "TARGET";

/// One item of evidence of several targets that differ in nothing but the name.
struct Line {
  Evidence item;  // of the first; its text as it was said
  std::string text;
  std::vector<std::string> targets;
};

struct Answer {
  Status status;
  std::optional<Reason> reason;
  std::vector<Line> lines;
  std::vector<std::string> targets;
};

bool same(const Line& line, const Evidence& item) {
  return line.item.kind == item.kind && line.item.against == item.against &&
         line.item.by == item.by && line.item.value == item.value && line.item.unit == item.unit &&
         line.text == with_name(item.text, item.target, any_target);
}

bool same(const Answer& answer, const FeatureResult& result) {
  if (answer.status != result.status || answer.reason != result.reason ||
      answer.lines.size() != result.evidence.size())
    return false;
  for (std::size_t i = 0; i < result.evidence.size(); ++i) {
    if (!same(answer.lines[i], result.evidence[i])) return false;
  }
  return true;
}

void add(std::vector<Answer>& answers, const FeatureResult& result, const std::string& target) {
  auto answer =
      std::ranges::find_if(answers, [&](const Answer& known) { return same(known, result); });
  if (answer == answers.end()) {
    answer = answers.insert(answers.end(), Answer{result.status, result.reason, {}, {}});
    for (const Evidence& item : result.evidence)
      answer->lines.push_back({item, with_name(item.text, item.target, any_target), {}});
  }
  answer->targets.push_back(target);
  for (std::size_t i = 0; i < answer->lines.size(); ++i)
    answer->lines[i].targets.push_back(result.evidence[i].target);
}

std::string all(const std::vector<std::string>& names) { return listed(names, names.size()); }

Node message(const std::string& said, const std::string& general, bool several) {
  return el("span", {{"class", "message"}}, {several ? general : said});
}

Node line_of(const Line& line, const Answer& answer) {
  Node node = el("li", {{"class", line.item.against ? "against" : "for"}},
                 {el("strong", {std::string(to_string(line.item.kind))})});
  std::string source = std::string(line.item.against ? ", against: " : ": ") + line.item.by;
  if (line.targets != answer.targets) source += ", for " + all(line.targets);
  node.add(el("span", {{"class", "soft"}}, {source}));
  if (line.item.value) {
    node.add(" ");
    node.add(el("b", {figure_text(*line.item.value, line.item.unit)}));
  }
  if (!line.text.empty()) node.add(message(line.item.text, line.text, line.targets.size() > 1));
  return node;
}

Node answer_list(const std::vector<Answer>& answers) {
  Node list = el("div", {});
  for (const Answer& answer : answers) {
    Node head = el("p", {badge(answer.status), " " + all(answer.targets)});
    if (answer.reason) {
      head.add(" ");
      head.add(
          el("small", {{"class", "soft"}},
             {answer.reason->sentence + " (" + answer.reason->id + ") " + answer.reason->remedy}));
    }
    list.add(head);
    if (answer.lines.empty()) continue;
    Node lines = el("ul", {{"class", "evidence"}}, {});
    for (const Line& line : answer.lines) lines.add(line_of(line, answer));
    list.add(lines);
  }
  return list;
}

}  // namespace

Node features_by_answer(std::span<const TargetReport> targets) {
  std::vector<FeatureResult> every;  // each feature once, to group them
  std::vector<std::vector<Answer>> answers;
  for (const TargetReport& target : targets) {
    for (const FeatureResult& result : target.features) {
      auto at = std::ranges::find(every, result.id, &FeatureResult::id);
      if (at == every.end()) {
        at = every.insert(every.end(), FeatureResult{result.id, result.status, {}, {}});
        answers.emplace_back();
      }
      add(answers[static_cast<std::size_t>(at - every.begin())], result, target.target);
    }
  }
  Node section = el("div", {});
  for (const FamilyGroup& family : by_family(every)) {
    section.add(el("h4", {family.title}));
    for (const FeatureResult* feature : family.features) {
      const auto at = static_cast<std::size_t>(feature - every.data());
      section.add(el("details", {{"class", "item"}},
                     {el("summary", {el("code", {feature->id}),
                                     " " + std::string(feature_title(feature->id))}),
                      answer_list(answers[at])}));
    }
  }
  return section;
}

Node backends_by_answer(std::span<const TargetReport> targets) {
  // One line for a dozen targets, though what runs instead differs.
  struct Said {
    BackendResult result;  // without the nearest
    std::vector<std::string> targets;
    std::vector<std::pair<std::string, std::vector<std::string>>> nearest;
  };
  std::vector<BackendResult> every;
  std::vector<std::vector<Said>> said;
  for (const TargetReport& target : targets) {
    for (BackendResult result : target.backends) {
      auto at = std::ranges::find(every, result.id, &BackendResult::id);
      if (at == every.end()) {
        at = every.insert(every.end(), result);
        said.emplace_back();
      }
      std::vector<Said>& list = said[static_cast<std::size_t>(at - every.begin())];
      const std::string nearest = std::exchange(result.nearest, {});
      auto known = std::ranges::find(list, result, &Said::result);
      if (known == list.end()) known = list.insert(list.end(), {std::move(result), {}, {}});
      known->targets.push_back(target.target);
      if (nearest.empty()) continue;
      auto runner =
          std::ranges::find(known->nearest, nearest, &decltype(known->nearest)::value_type::first);
      if (runner == known->nearest.end()) runner = known->nearest.insert(runner, {nearest, {}});
      runner->second.push_back(target.target);
    }
  }
  const auto nearest_of = [](const Said& item) {
    std::string text;
    for (const auto& [id, names] : item.nearest) {
      text += (text.empty() ? "; nearest that runs: " : ", ") + id;
      if (names != item.targets) text += " (" + all(names) + ")";
    }
    return text;
  };
  Node section = el("div", {});
  for (const OperationGroup& operation : by_operation(every)) {
    section.add(el("h4", {operation.title + " (" + operation.id + ")"}));
    for (const BackendResult* backend : operation.backends) {
      Node list = el("ul", {{"class", "nos"}}, {});
      for (const Said& item : said[static_cast<std::size_t>(backend - every.data())]) {
        Node line = el("li", {badge(item.result.verdict),
                              " " + all(item.targets) + ". " + item.result.reason});
        for (const std::string& note : item.result.notes) line.add(el("small", {" " + note}));
        std::string rest = item.result.evidence ? " weakest evidence: " +
                                                      std::string(to_string(*item.result.evidence))
                                                : std::string(" no evidence");
        rest += nearest_of(item);
        line.add(el("small", {{"class", "soft"}}, {rest}));
        list.add(line);
      }
      Node about = el("summary", {el("code", {backend->id}), " " + backend->project});
      if (const std::string versions = versions_text(*backend); !versions.empty())
        about.add(", " + versions);
      Node details = el("details", {{"class", "item"}}, {std::move(about)});
      if (!backend->takes.empty()) details.add(el("small", {"takes " + backend->takes}));
      if (const std::string old = outdated_text(*backend); !old.empty())
        details.add(badge(Tone::partly, old));
      details.add(std::move(list));
      section.add(std::move(details));
    }
  }
  return section;
}

Node selectors_by_answer(std::span<const TargetReport> targets) {
  struct Said {
    SelectorResult result;
    std::vector<std::string> targets;
  };
  std::vector<std::pair<std::string, std::vector<Said>>> selectors;
  for (const TargetReport& target : targets) {
    for (const SelectorResult& result : target.selectors) {
      auto at = std::ranges::find(selectors, result.id, &decltype(selectors)::value_type::first);
      if (at == selectors.end()) at = selectors.insert(at, {result.id, {}});
      auto said = std::ranges::find(at->second, result, &Said::result);
      if (said == at->second.end()) said = at->second.insert(said, {result, {}});
      said->targets.push_back(target.target);
    }
  }
  Node section = el("div", {el("p", {{"class", "soft"}}, {std::string(about_selectors)})});
  for (const auto& [id, answers] : selectors) {
    Node list = el("ul", {{"class", "nos"}}, {});
    for (const Said& said : answers) {
      Node line = el("li", {});
      if (const SelectorStep* choice = choice_of(said.result)) {
        line.add(badge(choice->verdict));
        line.add(" " + all(said.targets) + ": ");
        line.add(el("code", {choice->backend}));
      } else {
        line.add(all(said.targets) + ": " + no_choice(said.result));
      }
      if (const std::string before = before_choice(said.result); !before.empty())
        line.add(el("small", {{"class", "soft"}}, {" " + before}));
      list.add(std::move(line));
    }
    section.add(
        el("details", {{"class", "item"}}, {el("summary", {el("code", {id})}), std::move(list)}));
  }
  return section;
}

Node matrix_section(std::span<const MatrixRow> matrix) {
  struct Cells {
    const MatrixRow* first;
    std::string detail;  // without the target's name
    std::vector<std::string> targets;
    std::vector<std::pair<std::string, std::vector<std::string>>> since;  // toolkit, targets
  };
  const auto said = [](const MatrixRow& row) -> const std::string& {
    return row.message.empty() ? row.sass : row.message;
  };
  std::vector<std::pair<std::string, std::vector<Cells>>> features;
  for (const MatrixRow& row : matrix) {
    // The rows of a feature mostly stand together.
    auto feature =
        !features.empty() && features.back().first == row.feature
            ? features.end() - 1
            : std::ranges::find(features, row.feature, &decltype(features)::value_type::first);
    if (feature == features.end()) feature = features.insert(features.end(), {row.feature, {}});
    const std::string detail = with_name(said(row), row.target, any_target);
    auto cells = std::ranges::find_if(feature->second, [&](const Cells& known) {
      return known.first->toolkit == row.toolkit && known.first->verdict == row.verdict &&
             known.detail == detail;
    });
    if (cells == feature->second.end())
      cells = feature->second.insert(feature->second.end(), {&row, detail, {}, {}});
    cells->targets.push_back(row.target);
    if (row.since.empty() || row.since == row.toolkit) continue;
    auto since =
        std::ranges::find(cells->since, row.since, &decltype(cells->since)::value_type::first);
    if (since == cells->since.end()) since = cells->since.insert(since, {row.since, {}});
    since->second.push_back(row.target);
  }
  Node list = el("div", {});
  for (const auto& [feature, answers] : features) {
    Node items = el("ul", {{"class", "evidence"}}, {});
    for (const Cells& cells : answers) {
      const bool refused = cells.first->verdict == Status::refused;
      const bool other = !refused && is_replaced(said(*cells.first));
      std::string by = cells.first->toolkit;
      for (const auto& [toolkit, targets] : cells.since)
        by +=
            (cells.since.size() > 1 ? "; " + all(targets) : std::string(",")) + " since " + toolkit;
      Node line =
          el("li", {{"class", refused ? "against" : "for"}},
             {el("strong", {(other ? "~ " : "") + std::string(words(cells.first->verdict))}),
              " " + all(cells.targets) + " ", el("span", {{"class", "soft"}}, {by})});
      if (!cells.detail.empty())
        line.add(message(said(*cells.first), cells.detail, cells.targets.size() > 1));
      items.add(std::move(line));
    }
    list.add(el("details", {{"class", "item"}},
                {el("summary", {el("code", {feature})}), std::move(items)}));
  }
  return list;
}

}  // namespace bp
