#include "report/evaluate/condition.h"

#include <algorithm>
#include <cmath>

namespace bp {
namespace {

std::optional<EvidenceKind> weaker(std::optional<EvidenceKind> a, std::optional<EvidenceKind> b) {
  if (!a) return b;
  if (!b) return a;
  return std::min(*a, *b);
}

/// The strongest statement about a feature, for or against it.
std::optional<EvidenceKind> strength(const FeatureResult& result) {
  std::optional<EvidenceKind> best;
  for (const Evidence& item : result.evidence) {
    if (!best || item.kind > *best) best = item.kind;
  }
  return best;
}

Judged judge_feature(const Expression& leaf, const Subject& subject) {
  const auto found = std::ranges::find(subject.features, leaf.name, &FeatureResult::id);
  Judged judged;
  if (found == subject.features.end()) {
    judged.have = Have::unknown;
    judged.culprits = {leaf.name};
    return judged;
  }
  judged.evidence = strength(*found);
  switch (found->status) {
    case Status::supported:
    case Status::assembles:
      return judged;
    case Status::emulated:
      judged.emulated = {leaf.name};
      return judged;
    case Status::unsupported:
    case Status::refused:
      judged.have = Have::no;
      break;
    case Status::wrong_result:
    case Status::crashed:
      judged.have = Have::broken;
      break;
    case Status::timed_out:
    case Status::blocked:
    case Status::not_run:
    case Status::measured:  // not of a feature
      judged.have = Have::unknown;
      break;
  }
  judged.culprits = {leaf.name};
  return judged;
}

template <typename Value>
bool compare(const Value& left, const std::string& op, const Value& right) {
  if (op == ">=") return left >= right;
  if (op == "<=") return left <= right;
  if (op == ">") return left > right;
  if (op == "<") return left < right;
  return left == right;
}

std::string in_units(const std::string& name, double value) {
  const auto whole = static_cast<long long>(std::llround(value));
  if (name.starts_with("smem") && whole % 1024 == 0) return std::to_string(whole / 1024) + " KiB";
  return std::to_string(whole);
}

Judged judge_comparison(const Expression& leaf, const Subject& subject) {
  Judged judged;
  bool holds = false;
  if (leaf.name == "cc") {
    const auto cc = parse_compute_capability(leaf.number_text);
    holds = cc && compare(subject.cc, leaf.op, *cc);
  } else if (leaf.name == "major" || leaf.name == "minor") {
    holds = compare(static_cast<double>(leaf.name == "major" ? subject.cc.major : subject.cc.minor),
                    leaf.op, leaf.number);
  } else {
    const auto limit = subject.limits.find(leaf.name);
    if (limit == subject.limits.end()) {
      judged.have = Have::unknown;
      judged.culprits = {leaf.name};
      return judged;
    }
    holds = compare(limit->second.value, leaf.op, leaf.number);
    judged.evidence = limit->second.kind;
    if (!holds) {
      judged.culprits = {leaf.name + " " + leaf.op + " " + in_units(leaf.name, leaf.number) +
                         " (here " + in_units(leaf.name, limit->second.value) + ")"};
    }
  }
  judged.have = holds ? Have::yes : Have::no;
  if (!holds && judged.culprits.empty()) judged.culprits = {to_string(leaf)};
  return judged;
}

Judged judge_all(const Expression& expression, const Subject& subject) {
  Judged result;
  for (const Expression& part : expression.parts) {
    Judged judged = judge(part, subject);
    // The worst parts decide, and only they are named.
    if (judged.have > result.have) {
      result.have = judged.have;
      result.culprits.clear();
      result.evidence.reset();
    }
    if (judged.have == result.have) {
      std::ranges::move(judged.culprits, std::back_inserter(result.culprits));
      result.evidence = weaker(result.evidence, judged.evidence);
    }
    std::ranges::move(judged.emulated, std::back_inserter(result.emulated));
  }
  return result;
}

/// What one of several ways lacks: "(A and B)".
std::string together(const std::vector<std::string>& culprits) {
  if (culprits.size() == 1) return culprits.front();
  std::string text;
  for (const std::string& culprit : culprits) text += (text.empty() ? "(" : " and ") + culprit;
  return text.empty() ? text : text + ")";
}

Judged judge_any(const Expression& expression, const Subject& subject) {
  // The best known way counts; among equals the first as written, so the catalogue names the usual
  // one first.
  std::optional<Judged> best;
  std::vector<std::string> culprits;
  for (const Expression& part : expression.parts) {
    Judged judged = judge(part, subject);
    culprits.push_back(together(judged.culprits));
    if (!best || judged.have < best->have) best = std::move(judged);
  }
  if (best->have != Have::yes) {
    std::string either;
    for (const std::string& way : culprits) either += (either.empty() ? "" : " or ") + way;
    best->culprits = {std::move(either)};
  }
  return *best;
}

}  // namespace

Judged judge(const Expression& expression, const Subject& subject) {
  switch (expression.kind) {
    case Expression::Kind::always:
      return {};
    case Expression::Kind::feature:
      return judge_feature(expression, subject);
    case Expression::Kind::comparison:
      return judge_comparison(expression, subject);
    case Expression::Kind::all:
      return judge_all(expression, subject);
    case Expression::Kind::any_of:
      return judge_any(expression, subject);
    case Expression::Kind::negation: {
      Judged inner = judge(expression.parts.front(), subject);
      if (inner.have == Have::yes) {
        inner.have = Have::no;
        inner.culprits = {to_string(expression)};
      } else if (inner.have == Have::no) {
        inner.have = Have::yes;
        inner.culprits.clear();
      }
      return inner;
    }
  }
  return {};
}

}  // namespace bp
