// What a project's own selector would choose: walked by the gates alone, as its code does, whatever
// the hardware says of the choice.
#include <unordered_map>

#include "report/evaluate/dispatch.h"

namespace bp {
namespace {

struct Row {
  const Backend* backend = nullptr;
  Verdict verdict = Verdict::unknown;
};
using Rows = std::unordered_map<std::string_view, Row>;

/// The first entry that holds here; none where an earlier one may hold, which `result` then says.
const Candidates* entry_for(const Backend& selector, const Ground& ground, SelectorResult& result) {
  for (const Candidates& entry : selector.chain) {
    Judged judged = judge(entry.when, ground);
    if (judged.holds()) return &entry;
    if (!judged.uncertain()) continue;
    result.note = judged.asks.empty()
                      ? "where it begins needs " + in_words(judged.culprits) + ", not known here"
                      : "where it begins " + depends_on(std::move(judged.asks));
    return nullptr;
  }
  result.note = "it has no candidates for compute capability " + to_string(ground.subject().cc);
  return nullptr;
}

void walk(const Candidates& entry, const Ground& ground, const Rows& rows, SelectorResult& result) {
  for (const std::string& id : entry.ids) {
    const auto row = rows.find(id);
    if (row == rows.end()) continue;  // the build's check allows none
    const auto admitted = dispatch_of(*row->second.backend, ground).admits();
    result.steps.push_back({id, row->second.verdict, admitted});
    if (admitted != true) continue;
    result.chosen = id;
    return;
  }
  result.note = "no candidate is known to be admitted";
}

}  // namespace

std::vector<SelectorResult> walk_selectors(const Catalogue& catalogue, const Subject& subject,
                                           std::span<const BackendResult> backends,
                                           const Shape& shape) {
  const Ground ground(subject, shape);
  Rows rows;
  for (const Backend& backend : catalogue.backends) {
    if (backend.kind == BackendKind::kernel) rows.emplace(backend.id, Row{&backend});
  }
  for (const BackendResult& result : backends) {
    if (const auto row = rows.find(result.id); row != rows.end())
      row->second.verdict = result.verdict;
  }
  std::vector<SelectorResult> results;
  for (const Backend& backend : catalogue.backends) {
    if (backend.kind != BackendKind::selector || backend.chain.empty()) continue;
    SelectorResult& result =
        results.emplace_back(SelectorResult{backend.id, backend.project, backend.operation});
    if (const Candidates* entry = entry_for(backend, ground, result))
      walk(*entry, ground, rows, result);
  }
  return results;
}

}  // namespace bp
