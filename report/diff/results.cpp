// Features, kernels, backends and rates of two reports.
#include "report/diff/collect.h"
#include "report/diff/judge.h"
#include "report/formats/summary.h"

namespace bp {
namespace {

/// One of the two runs was told to leave it out: that says nothing about the GPU.
bool was_not_asked(const Outcome& of) {
  return of.status == Status::not_run &&
         (of.reason == "not_selected" || of.reason.starts_with("level_"));
}

std::optional<Status> status_of(const std::optional<Outcome>& of) {
  return of ? std::optional(of->status) : std::nullopt;
}

std::string status_text(const std::optional<Outcome>& of) {
  return std::string(of ? words(of->status) : not_in_it);
}

std::string with_evidence(std::string_view word, std::optional<EvidenceKind> kind) {
  return std::string(word) + ", " + (kind ? std::string(to_string(*kind)) : "no evidence");
}

std::string status_with_reason(const Outcome& of) {
  return std::string(words(of.status)) + ": " + (of.reason.empty() ? "no reason" : of.reason);
}

void compare_figures(const KernelResult& before, const KernelResult& after,
                     const ChangeList& list) {
  match(before.figures, after.figures, &Figure::name, [&](const Figure* a, const Figure* b) {
    const Figure& one = a != nullptr ? *a : *b;
    // Errors against the reference have no unit: the status says whether they are small enough.
    if (one.unit.empty()) return;
    const std::string id = before.id + " " + one.name;
    if (a == nullptr || b == nullptr) {
      const auto say = [](const Figure& figure) { return figure_text(figure.value, figure.unit); };
      list.missing(ChangeOf::kernel, id, text_of(a, say), text_of(b, say));
    } else if (a->unit == b->unit) {
      list.figure(ChangeOf::kernel, id, a->value, b->value, a->unit);
    }
  });
}

void compare_rates(const std::vector<RateResult>& before, const std::vector<RateResult>& after,
                   const ChangeList& list) {
  if (before.empty() != after.empty())
    return list.missing(ChangeOf::rate, "all rates", measured_text(before), measured_text(after));
  match(before, after, &RateResult::feature, [&](const RateResult* a, const RateResult* b) {
    if (a == nullptr || b == nullptr) {
      const auto say = [](const RateResult& rate) { return figure_text(rate.operations, ""); };
      list.missing(ChangeOf::rate, (a != nullptr ? a : b)->feature, text_of(a, say),
                   text_of(b, say));
    } else {
      list.figure(ChangeOf::rate, a->feature, a->operations, b->operations, std::string(rate_unit));
    }
  });
}

}  // namespace

void compare_outcomes(const std::optional<Outcome>& before, const std::optional<Outcome>& after,
                      ChangeOf what, const std::string& id, const ChangeList& list) {
  const std::string sentence = after ? after->sentence : std::string();
  if (status_of(before) != status_of(after)) {
    Trend trend = judge(status_of(before), status_of(after));
    if (!before || !after)
      trend = list.of_missing(trend);
    else if (was_not_asked(*before) || was_not_asked(*after))
      trend = Trend::other;
    list.add(what, id, status_text(before), status_text(after), trend, sentence);
  } else if (works(before->status)) {
    if (before->strongest != after->strongest)
      list.add(what, id, with_evidence(words(before->status), before->strongest),
               with_evidence(words(after->status), after->strongest),
               list.of_missing(judge(before->strongest, after->strongest)));
  } else if (before->reason != after->reason &&
             !(was_not_asked(*before) && was_not_asked(*after))) {
    list.add(what, id, status_with_reason(*before), status_with_reason(*after), Trend::other,
             sentence);
  }
}

void compare_results(const std::vector<FeatureResult>& before,
                     const std::vector<FeatureResult>& after, const ChangeList& list) {
  match(before, after, &FeatureResult::id, [&](const FeatureResult* a, const FeatureResult* b) {
    compare_outcomes(outcome(a), outcome(b), ChangeOf::feature, (a != nullptr ? a : b)->id, list);
  });
}

void compare_backends(const std::vector<BackendResult>& before,
                      const std::vector<BackendResult>& after, const ChangeList& list) {
  match(before, after, &BackendResult::id, [&](const BackendResult* a, const BackendResult* b) {
    const std::string& id = (a != nullptr ? a : b)->id;
    const auto verdict = [](const BackendResult* result) {
      return result != nullptr ? std::optional(result->verdict) : std::nullopt;
    };
    if (verdict(a) != verdict(b)) {
      const auto say = [&](const BackendResult* result) {
        return std::string(result != nullptr ? words(result->verdict) : not_in_it);
      };
      const Trend trend = judge(verdict(a), verdict(b));
      list.add(ChangeOf::backend, id, say(a), say(b),
               a != nullptr && b != nullptr ? trend : list.of_missing(trend),
               b == nullptr || b->verdict == Verdict::runs ? std::string() : b->reason);
    } else if (a->verdict == Verdict::runs && a->evidence != b->evidence) {
      list.add(ChangeOf::backend, id, with_evidence(words(a->verdict), a->evidence),
               with_evidence(words(b->verdict), b->evidence),
               list.of_missing(judge(a->evidence, b->evidence)));
    }
  });
}

void compare_selectors(const std::vector<SelectorResult>& before,
                       const std::vector<SelectorResult>& after, const ChangeList& list) {
  match(before, after, &SelectorResult::id, [&](const SelectorResult* a, const SelectorResult* b) {
    const auto say = [](const SelectorResult* selector) {
      return selector != nullptr ? selector->chosen : std::string(not_in_it);
    };
    list.text(ChangeOf::selector, (a != nullptr ? a : b)->id, say(a), say(b));
  });
}

void compare_gpu(const GpuReport& before, const GpuReport& after, const ChangeList& list) {
  const GpuFacts& was = before.facts;
  const GpuFacts& is = after.facts;
  if (!was.uuid.empty() && !is.uuid.empty() && was.uuid != is.uuid)
    list.add(ChangeOf::gpu, "UUID", was.uuid, is.uuid, Trend::other, "another GPU of this name");
  list.text(ChangeOf::gpu, "compute capability", to_string(was.cc), to_string(is.cc));
  list.text(ChangeOf::gpu, "probed as", before.target, after.target);
  list.usable(ChangeOf::gpu, "opened", was.problem, is.problem);
  compare_facts(was.facts, is.facts, ChangeOf::limit, list);
  compare_results(before.features, after.features, list);
  match(before.kernels, after.kernels, &KernelResult::id,
        [&](const KernelResult* a, const KernelResult* b) {
          compare_outcomes(outcome(a), outcome(b), ChangeOf::kernel, (a != nullptr ? a : b)->id,
                           list);
          if (a != nullptr && b != nullptr) compare_figures(*a, *b, list);
        });
  compare_backends(before.backends, after.backends, list);
  compare_selectors(before.selectors, after.selectors, list);
  compare_rates(before.rates, after.rates, list);
  compare_bench(before.bench, after.bench, list);
}

}  // namespace bp
