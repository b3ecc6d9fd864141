#include "report/formats/backend_words.h"

#include "report/formats/summary.h"

namespace bp {

const SelectorStep* choice_of(const SelectorResult& selector) {
  if (selector.chosen.empty()) return nullptr;
  for (const SelectorStep& step : selector.steps) {
    if (step.backend == selector.chosen) return &step;
  }
  return nullptr;
}

std::string before_choice(const SelectorResult& selector) {
  std::string refused, open;
  for (const SelectorStep& step : selector.steps) {
    if (step.backend == selector.chosen) break;
    std::string& list = step.admitted == false ? refused : open;
    list.append(list.empty() ? "" : ", ").append(step.backend);
  }
  std::string text;
  if (!refused.empty()) text = "passes over " + refused;
  if (open.empty()) return text;
  return text.append(text.empty() ? "" : "; ").append("gate not known: ").append(open);
}

std::string no_choice(const SelectorResult& selector) {
  return selector.note.empty() ? "Chooses nothing" : capitalised(selector.note);
}

std::string versions_text(const BackendResult& backend) {
  if (backend.date.empty()) return backend.versions;
  return backend.versions + (backend.versions.empty() ? "read " : ", read ") + backend.date;
}

std::string outdated_text(const BackendResult& backend) {
  if (!backend.outdated) return {};
  return "outdated: its sources were read on " + backend.date;
}

}  // namespace bp
