// What `bench` measured, of two reports.
#include "report/evaluate/bench.h"

#include <algorithm>

#include "report/diff/collect.h"
#include "report/formats/summary.h"

namespace bp {
namespace {

Outcome outcome_of_row(const BenchRow& row) {
  const Reason reason = row.reason.value_or(Reason{});
  return {row.status, reason.id, reason.sentence, std::nullopt};
}

void compare_rows(const std::vector<BenchRow>& before, const std::vector<BenchRow>& after,
                  const ChangeList& list) {
  match(before, after, item_of, [&](const BenchRow* a, const BenchRow* b) {
    const BenchRow& one = a != nullptr ? *a : *b;
    const std::string id = item_of(one);
    const auto outcome = [](const BenchRow* row) {
      return row == nullptr ? std::nullopt : std::optional(outcome_of_row(*row));
    };
    compare_outcomes(outcome(a), outcome(b), ChangeOf::bench, id, list);
    if (a == nullptr || b == nullptr || !a->time || !b->time) return;
    if (a->l2 != b->l2) return list.text(ChangeOf::bench, id + " L2", a->l2, b->l2);
    list.figure(ChangeOf::bench, id, a->time->median * 1e6, b->time->median * 1e6, "us");
  });
}

void compare_yardsticks(const BenchReport& before, const BenchReport& after,
                        const ChangeList& list) {
  match(before.yardsticks, after.yardsticks, &BenchYardstick::id,
        [&](const BenchYardstick* a, const BenchYardstick* b) {
          const std::string& id = (a != nullptr ? a : b)->id;
          const bool bytes = unit_of_yardstick(id) == "B/s";
          const double scale = bytes ? 1e-9 : 1e-12;
          const std::string unit = bytes ? "GB/s" : "TFLOP/s";
          const std::optional<double> was = value_of(before, id);
          const std::optional<double> is = value_of(after, id);
          if (was && is)
            return list.figure(ChangeOf::bench, "yardstick " + id, *was * scale, *is * scale, unit);
          if (was)
            list.missing(ChangeOf::bench, "yardstick " + id, figure_text(*was * scale, unit), {});
          if (is)
            list.missing(ChangeOf::bench, "yardstick " + id, {}, figure_text(*is * scale, unit));
        });
}

}  // namespace

void compare_bench(const BenchReport& before, const BenchReport& after, const ChangeList& list) {
  if (before.rows.empty() != after.rows.empty())
    return list.missing(ChangeOf::bench, "all rows", measured_text(before.rows),
                        measured_text(after.rows));
  ChangeList wider = list;
  wider.noise = std::min(list.noise * bench_noise_factor, 1.0);
  compare_yardsticks(before, after, wider);
  compare_rows(before.rows, after.rows, wider);
}

}  // namespace bp
