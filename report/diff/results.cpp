// Features, kernels, backends, rates and surveys of two reports.
#include <algorithm>

#include "report/diff/collect.h"
#include "report/diff/judge.h"
#include "report/formats/summary.h"

namespace bp {
namespace {

const std::string not_in_it = "not in it";

/// One of the two runs was told to leave it out: that says nothing about the GPU.
bool was_not_asked(Status status, const std::optional<Reason>& reason) {
  return status == Status::not_run && reason &&
         (reason->id == "not_selected" || reason->id.starts_with("level_"));
}

/// Of features, kernels and surveys.
template <typename Result>
void compare_status(const Result* before, const Result* after, ChangeOf what, const std::string& id,
                    const ChangeList& list) {
  if (before == nullptr || after == nullptr) {
    list.add(what, id, before == nullptr ? not_in_it : std::string(words(before->status)),
             after == nullptr ? not_in_it : std::string(words(after->status)), Trend::other);
    return;
  }
  if (before->status == after->status) return;
  const bool asked = !was_not_asked(before->status, before->reason) &&
                     !was_not_asked(after->status, after->reason);
  list.add(what, id, std::string(words(before->status)), std::string(words(after->status)),
           asked ? judge(before->status, after->status) : Trend::other,
           after->reason ? after->reason->sentence : std::string());
}

void compare_figures(const KernelResult& before, const KernelResult& after,
                     const ChangeList& list) {
  match(before.figures, after.figures, &Figure::name, [&](const Figure* a, const Figure* b) {
    // Errors against the reference have no unit: the status says whether they are small enough.
    if (a == nullptr || b == nullptr || a->unit != b->unit || a->unit.empty()) return;
    list.figure(ChangeOf::kernel, before.id + " " + a->name, a->value, b->value, a->unit);
  });
}

void compare_rates(const GpuReport& before, const GpuReport& after, const ChangeList& list) {
  if (before.rates.empty() != after.rates.empty()) {
    list.text(ChangeOf::rate, "all rates", before.rates.empty() ? "not measured" : "measured",
              after.rates.empty() ? "not measured" : "measured");
    return;
  }
  match(before.rates, after.rates, &RateResult::feature,
        [&](const RateResult* a, const RateResult* b) {
          const std::string& id = (a != nullptr ? a : b)->feature;
          if (a == nullptr || b == nullptr) {
            list.add(ChangeOf::rate, id, a == nullptr ? not_in_it : figure_text(a->operations, ""),
                     b == nullptr ? not_in_it : figure_text(b->operations, ""), Trend::other);
          } else {
            list.figure(ChangeOf::rate, id, a->operations, b->operations, std::string(rate_unit));
          }
        });
}

std::string value_text(const SurveyValue& value) {
  return fact_text({value.name, value.value, {}, value.absent}) +
         (value.unit.empty() ? "" : " " + value.unit);
}

/// What other programs on the machine did at that moment.
bool is_of_the_moment(std::string_view survey) {
  return survey == "fact.memory_accounting" || survey == "fact.host_memory" ||
         survey == "fact.power";
}

void compare_survey_values(const SurveyResult& before, const SurveyResult& after,
                           const ChangeList& list) {
  match(before.values, after.values, &SurveyValue::name,
        [&](const SurveyValue* a, const SurveyValue* b) {
          if (a == nullptr || b == nullptr || a->invalid || b->invalid || a->value == b->value ||
              a->value.index() == 0 || b->value.index() == 0 || a->unit != b->unit)
            return;
          const std::string id = before.id + " " + a->name;
          const auto was = number({{"v", a->value, {}, {}}}, "v");
          const auto is = number({{"v", b->value, {}, {}}}, "v");
          if (was && is && more_of_unit(a->unit) != More::neither)
            return list.figure(ChangeOf::survey, id, *was, *is, a->unit);
          const bool limit = a->name.starts_with("largest_") || a->name.starts_with("most_");
          const Trend trend = was && is && limit ? judge(*was, *is, More::better) : Trend::other;
          list.add(ChangeOf::survey, id, value_text(*a), value_text(*b), trend);
        });
}

}  // namespace

void compare_results(const std::vector<FeatureResult>& before,
                     const std::vector<FeatureResult>& after, const ChangeList& list) {
  match(before, after, &FeatureResult::id, [&](const FeatureResult* a, const FeatureResult* b) {
    compare_status(a, b, ChangeOf::feature, (a != nullptr ? a : b)->id, list);
  });
}

void compare_backends(const std::vector<BackendResult>& before,
                      const std::vector<BackendResult>& after, const ChangeList& list) {
  match(before, after, &BackendResult::id, [&](const BackendResult* a, const BackendResult* b) {
    if (a == nullptr || b == nullptr) {
      list.add(ChangeOf::backend, (a != nullptr ? a : b)->id,
               a == nullptr ? not_in_it : std::string(words(a->verdict)),
               b == nullptr ? not_in_it : std::string(words(b->verdict)), Trend::other);
    } else if (a->verdict != b->verdict) {
      list.add(ChangeOf::backend, a->id, std::string(words(a->verdict)),
               std::string(words(b->verdict)), judge(a->verdict, b->verdict),
               b->verdict == Verdict::runs ? std::string() : b->reason);
    }
  });
}

void compare_selectors(const std::vector<SelectorResult>& before,
                       const std::vector<SelectorResult>& after, const ChangeList& list) {
  match(before, after, &SelectorResult::id, [&](const SelectorResult* a, const SelectorResult* b) {
    if (a != nullptr && b != nullptr) list.text(ChangeOf::selector, a->id, a->chosen, b->chosen);
  });
}

void compare_gpu(const GpuReport& before, const GpuReport& after, const ChangeList& list) {
  const GpuFacts& was = before.facts;
  const GpuFacts& is = after.facts;
  if (!was.uuid.empty() && !is.uuid.empty() && was.uuid != is.uuid)
    list.add(ChangeOf::gpu, "UUID", was.uuid, is.uuid, Trend::other, "another GPU of this name");
  list.text(ChangeOf::gpu, "compute capability", to_string(was.cc), to_string(is.cc));
  list.text(ChangeOf::gpu, "probed as", before.target, after.target);
  if (was.problem.has_value() != is.problem.has_value())
    list.add(ChangeOf::gpu, "opened", was.problem ? "no" : "yes", is.problem ? "no" : "yes",
             is.problem ? Trend::worse : Trend::better,
             (is.problem ? is.problem : was.problem)->sentence);
  compare_facts(was.facts, is.facts, ChangeOf::limit, list);
  compare_results(before.features, after.features, list);
  match(before.kernels, after.kernels, &KernelResult::id,
        [&](const KernelResult* a, const KernelResult* b) {
          compare_status(a, b, ChangeOf::kernel, (a != nullptr ? a : b)->id, list);
          if (a != nullptr && b != nullptr) compare_figures(*a, *b, list);
        });
  compare_backends(before.backends, after.backends, list);
  compare_selectors(before.selectors, after.selectors, list);
  compare_rates(before, after, list);
}

void compare_surveys(const Report& before, const Report& after, const std::vector<GpuPair>& pairs,
                     std::vector<Change>& changes, double noise) {
  if (before.surveys.empty() != after.surveys.empty()) {
    ChangeList{changes, {}, noise}.text(ChangeOf::survey, "all surveys",
                                        before.surveys.empty() ? "not measured" : "measured",
                                        after.surveys.empty() ? "not measured" : "measured");
    return;
  }
  const auto index_before = [&](int index) {
    for (const GpuPair& pair : pairs) {
      if (pair.after != nullptr && pair.before != nullptr && pair.after->facts.index == index)
        return pair.before->facts.index;
    }
    return -1 - index;  // a GPU that came: of no GPU before
  };
  for (const SurveyResult& result : before.surveys) {
    const auto same = std::ranges::find_if(after.surveys, [&](const SurveyResult& other) {
      return other.id == result.id && other.gpus.size() == result.gpus.size() &&
             std::ranges::equal(result.gpus, other.gpus, {}, {}, index_before);
    });
    if (same == after.surveys.end()) continue;  // said of its GPU
    std::string where;
    for (const int gpu : result.gpus)
      where += (where.empty() ? "GPU " : " and ") + std::to_string(gpu);
    const ChangeList list{changes, where, noise};
    compare_status(&result, &*same, ChangeOf::survey, result.id, list);
    if (!is_of_the_moment(result.id)) compare_survey_values(result, *same, list);
  }
}

}  // namespace bp
