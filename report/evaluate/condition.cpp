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

void append(std::vector<std::string>& list, std::vector<std::string>&& more) {
  std::ranges::move(more, std::back_inserter(list));
}

Have have_of(Status status) {
  switch (status) {
    case Status::supported:
    case Status::assembles:
    case Status::emulated:
      return Have::yes;
    case Status::unsupported:
    case Status::refused:
      return Have::no;
    case Status::wrong_result:
    case Status::crashed:
      return Have::broken;
    case Status::timed_out:
    case Status::blocked:
    case Status::not_run:
    case Status::measured:  // not of a feature
      break;
  }
  return Have::unknown;
}

std::string text_of(const Expression& leaf, bool negated) {
  return negated ? "not " + to_string(leaf) : to_string(leaf);
}

/// Of something that is there or is `missing`.
Judged there(const Expression& leaf, bool is_there, bool negated, Have missing) {
  Judged judged;
  if (is_there == negated) {
    judged.have = missing;
    judged.culprits = {text_of(leaf, negated)};
  }
  return judged;
}

Judged judge_feature(const Expression& leaf, const Ground& ground, bool negated) {
  const Ground::Known* known = ground.feature(leaf.name);
  const Have have = known == nullptr ? Have::unknown : have_of(known->status);
  Judged judged;
  if (have == Have::yes || have == Have::no) {
    judged = there(leaf, have == Have::yes, negated, Have::no);
    if (!negated && known->status == Status::emulated) judged.emulated = {leaf.name};
  } else {
    judged.have = have;
    judged.culprits = {text_of(leaf, negated)};
  }
  if (known != nullptr) judged.evidence = known->strongest;
  return judged;
}

/// By the rules of what loads where: no image was in hand to try it.
Judged judge_image(const Expression& leaf, const Ground& ground, bool negated) {
  Judged judged = there(leaf, runs_on(leaf.target, ground.subject().cc), negated, Have::unbuilt);
  judged.evidence = EvidenceKind::inferred;
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

/// A limit, and what it is here in the same unit: bytes where the need is no whole number of KiB.
std::pair<std::string, std::string> in_units(const Expression& leaf, double here) {
  const auto text = [](double value) {
    return std::to_string(static_cast<long long>(std::llround(value)));
  };
  if (!leaf.name.starts_with("smem")) return {text(leaf.number), text(here)};
  if (std::fmod(leaf.number, 1024) == 0 && std::fmod(here, 1024) == 0)
    return {text(leaf.number / 1024) + " KiB", text(here / 1024) + " KiB"};
  return {text(leaf.number), text(here) + " bytes"};
}

/// Of a number that tells the ways of a library apart.
Judged of_way(const Expression& leaf, bool holds, bool negated, const std::string& asked) {
  Judged judged;
  if (holds != negated) return judged;
  judged.way = Way::other;
  judged.meant = {text_of(leaf, negated) + asked};
  return judged;
}

Judged judge_capability(const Expression& leaf, ComputeCapability cc, bool negated) {
  bool holds = false;
  if (leaf.name == "cc") {
    const auto number = parse_compute_capability(leaf.number_text);
    holds = number && compare(cc, leaf.op, *number);
  } else {
    holds = compare(static_cast<double>(leaf.name == "major" ? cc.major : cc.minor), leaf.op,
                    leaf.number);
  }
  return of_way(leaf, holds, negated, {});
}

Judged judge_shape(const Expression& leaf, const std::optional<std::int64_t>& asked, bool negated) {
  if (asked) {
    return of_way(leaf, compare(static_cast<double>(*asked), leaf.op, leaf.number), negated,
                  " (asked: " + std::to_string(*asked) + ")");
  }
  Judged judged;
  judged.way = Way::depends;
  judged.asks = {leaf.name};
  return judged;
}

Judged judge_limit(const Expression& leaf, const Ground& ground, bool negated) {
  Judged judged;
  const auto limit = ground.subject().limits.find(leaf.name);
  if (limit == ground.subject().limits.end()) {
    judged.have = Have::unknown;
    judged.culprits = {leaf.name};
    return judged;
  }
  judged.evidence = limit->second.kind;
  if (compare(limit->second.value, leaf.op, leaf.number) != negated) return judged;
  const auto [needed, here] = in_units(leaf, limit->second.value);
  judged.have = Have::less;
  judged.culprits = {std::string(negated ? "not " : "") + leaf.name + " " + leaf.op + " " + needed +
                     " (here " + here + ")"};
  return judged;
}

Judged judge_comparison(const Expression& leaf, const Ground& ground, bool negated) {
  if (leaf.name == "cc" || leaf.name == "major" || leaf.name == "minor")
    return judge_capability(leaf, ground.subject().cc, negated);
  for (const auto& [name, member] : shape_numbers) {
    if (name == leaf.name) return judge_shape(leaf, ground.shape().*member, negated);
  }
  return judge_limit(leaf, ground, negated);
}

Judged judge(const Expression& expression, const Ground& ground, bool negated);

/// The worst parts decide, and only they are named.
Judged judge_all(const Expression& expression, const Ground& ground, bool negated) {
  Judged result;
  for (const Expression& part : expression.parts) {
    Judged judged = judge(part, ground, negated);
    if (judged.have > result.have) {
      result.have = judged.have;
      result.culprits.clear();
      result.evidence.reset();
    }
    if (judged.have == result.have) {
      append(result.culprits, std::move(judged.culprits));
      result.evidence = weaker(result.evidence, judged.evidence);
    }
    result.way = std::max(result.way, judged.way);
    append(result.meant, std::move(judged.meant));
    append(result.asks, std::move(judged.asks));
    append(result.emulated, std::move(judged.emulated));
  }
  return result;
}

/// What one of several ways lacks: "(A and B)".
std::string together(const std::vector<std::string>& names) {
  if (names.size() == 1) return names.front();
  std::string text;
  for (const std::string& name : names) text += (text.empty() ? "(" : " and ") + name;
  return text.empty() ? text : text + ")";
}

void add_either(std::vector<std::string>& list, const std::vector<std::string>& way) {
  const std::string text = together(way);
  if (text.empty()) return;
  if (list.empty()) list.emplace_back();
  if (list.front() == text) return;  // two ways that lack the same
  if (!list.front().empty()) list.front() += " or ";
  list.front() += text;
}

/// The best of the ways that are for this GPU and shape counts. One that may be, or that is for
/// others, counts where it is better or there is no other; among equals the first as written, so
/// the catalogue names the usual one first.
Judged judge_any(const Expression& expression, const Ground& ground, bool negated) {
  std::vector<Judged> ways;
  ways.reserve(expression.parts.size());
  for (const Expression& part : expression.parts) ways.push_back(judge(part, ground, negated));
  const Judged* best = nullptr;
  const auto consider = [&](Way way, bool if_better) {
    for (const Judged& judged : ways) {
      if (judged.way != way || (best != nullptr && !if_better && best->way != way)) continue;
      if (best == nullptr || judged.have < best->have) best = &judged;
    }
  };
  consider(Way::taken, true);
  consider(Way::depends, true);
  consider(Way::other, false);
  if (best->holds()) return *best;
  Judged result{
      .have = best->have, .way = best->way, .evidence = best->evidence, .emulated = best->emulated};
  for (Judged& judged : ways) {
    if (judged.way != best->way || judged.have != best->have) continue;
    add_either(result.culprits, judged.culprits);
    add_either(result.meant, judged.meant);
    append(result.asks, std::vector<std::string>(judged.asks));
  }
  return result;
}

/// "not" goes down to the leaves, so that each of them can say what it lacks.
Judged judge(const Expression& expression, const Ground& ground, bool negated) {
  switch (expression.kind) {
    case Expression::Kind::always:
      return there(expression, true, negated, Have::no);
    case Expression::Kind::feature:
      return judge_feature(expression, ground, negated);
    case Expression::Kind::image:
      return judge_image(expression, ground, negated);
    case Expression::Kind::comparison:
      return judge_comparison(expression, ground, negated);
    case Expression::Kind::all:
      return negated ? judge_any(expression, ground, true) : judge_all(expression, ground, false);
    case Expression::Kind::any_of:
      return negated ? judge_all(expression, ground, true) : judge_any(expression, ground, false);
    case Expression::Kind::negation:
      return judge(expression.parts.front(), ground, !negated);
  }
  return {};
}

}  // namespace

Ground::Ground(const Subject& subject, const Shape& shape) : subject_(subject), shape_(shape) {
  features_.reserve(subject.features.size());
  // Of two results for one feature the first counts.
  for (const FeatureResult& result : subject.features) {
    features_.emplace(result.id, Known{result.status, strength(result)});
    something_works_ = something_works_ || have_of(result.status) == Have::yes;
  }
}

const Ground::Known* Ground::feature(std::string_view id) const {
  const auto found = features_.find(id);
  return found == features_.end() ? nullptr : &found->second;
}

Judged judge(const Expression& expression, const Ground& ground) {
  return judge(expression, ground, /*negated=*/false);
}

}  // namespace bp
