// The first line of a summary.
#include <algorithm>
#include <set>

#include "report/backends/catalogue.h"
#include "report/formats/summary.h"

namespace bp {
namespace {

bool names_one_of(const Expression& expression, const std::set<std::string_view>& features) {
  if (expression.kind == Expression::Kind::feature) return features.contains(expression.name);
  return std::ranges::any_of(expression.parts,
                             [&](const Expression& part) { return names_one_of(part, features); });
}

/// Whether a feature that the user left out is among what the backend needs.
bool needs_one_of(const BackendResult& backend, const std::set<std::string_view>& features) {
  const auto& known = embedded_catalogue().backends;
  const auto row = std::ranges::find(known, backend.id, &Backend::id);
  return row != known.end() && row->needs && names_one_of(*row->needs, features);
}

std::string not_known(std::span<const FeatureResult> features,
                      std::span<const BackendResult> backends) {
  std::set<std::string_view> left_out;
  for (const FeatureResult& feature : features) {
    if (feature.reason && feature.reason->id == "not_selected") left_out.insert(feature.id);
  }
  std::size_t unknown = 0;
  std::size_t by_choice = 0;
  for (const BackendResult& backend : backends) {
    if (backend.verdict != Verdict::unknown) continue;
    ++unknown;
    if (!left_out.empty() && needs_one_of(backend, left_out)) ++by_choice;
  }
  const std::string text = std::to_string(unknown) + " not known";
  if (by_choice == 0) return unknown * 2 > backends.size() ? text : std::string();
  const std::string of_them =
      by_choice == unknown ? ": " : ", " + std::to_string(by_choice) + " of them because ";
  return text + of_them + "features they need were not selected";
}

}  // namespace

std::string headline(std::span<const FeatureResult> features,
                     std::span<const BackendResult> backends, bool in_hand) {
  if (backends.empty()) return "No backend was judged";
  const std::string unknown = not_known(features, backends);
  return (in_hand ? "Runs " : "Expected to run ") + running_of_all(backends) + " known backends" +
         (unknown.empty() ? "" : " (" + unknown + ")");
}

std::string running_of_all(std::span<const BackendResult> backends) {
  const auto running = std::ranges::count(backends, Verdict::runs, &BackendResult::verdict);
  return std::to_string(running) + " of " + std::to_string(backends.size());
}

}  // namespace bp
