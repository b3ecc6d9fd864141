#include "report/evaluate/evaluate.h"

#include <algorithm>

#include "report/evaluate/condition.h"

namespace bp {
namespace {

std::string listed(const std::vector<std::string>& names) {
  std::string text;
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (i > 0) text += i + 1 == names.size() ? " and " : ", ";
    text += names[i];
  }
  return text;
}

/// Verdicts in the order of DESIGN: hardware first, then what is broken, then what is not known,
/// then the gate.
void decide(const Backend& backend, const Subject& subject, BackendResult& result) {
  const std::string here = subject.in_hand ? "this GPU" : "this target (expected)";
  std::optional<Judged> gate;
  if (backend.admits) gate = judge(*backend.admits, subject);
  const bool admits = gate && gate->have == Have::yes;

  std::optional<Judged> needs;
  if (backend.needs) {
    needs = judge(*backend.needs, subject);
    result.evidence = needs->evidence;
    for (const std::string& id : needs->emulated) result.notes.push_back("emulated: " + id);
  }
  if (needs && needs->have == Have::no) {
    result.verdict = admits ? Verdict::at_risk : Verdict::no_hardware;
    result.reason = admits ? "Its gate admits " + here + ", but " + listed(needs->culprits) +
                                 (needs->culprits.size() == 1 ? " is" : " are") +
                                 " missing: expect a crash or a refusal by the driver."
                           : "Needs " + listed(needs->culprits) + ", which " + here + " lacks.";
    return;
  }
  if (needs && needs->have == Have::broken) {
    result.verdict = Verdict::at_risk;
    result.reason =
        "Needs " + listed(needs->culprits) + ", which gave a wrong result or crashed here.";
    return;
  }
  if (!needs) {
    result.verdict = Verdict::unknown;
    result.reason = "What it needs of the hardware is not known to the catalogue.";
    return;
  }
  if (needs->have == Have::unknown) {
    result.verdict = Verdict::unknown;
    result.reason = "Needs " + listed(needs->culprits) +
                    ", of which nothing certain is known for " + here + ".";
    return;
  }
  if (!gate || gate->have == Have::unknown) {
    result.verdict = Verdict::unknown;
    result.reason =
        "The hardware has all it needs, but what its own dispatcher admits is not known.";
    return;
  }
  if (!admits) {
    result.verdict = Verdict::no_dispatch;
    result.reason = "The hardware has all it needs, but its own gate refuses compute capability " +
                    to_string(subject.cc) + " (it admits: " + to_string(*backend.admits) + ").";
    if (!backend.gate_message.empty()) {
      // Several messages are quoted one by one in the catalogue.
      const bool quoted = backend.gate_message.find('"') != std::string::npos;
      const std::string mark = quoted ? "" : "\"";
      result.reason += " It says: " + mark + backend.gate_message + mark + ".";
    }
    return;
  }
  result.verdict = Verdict::runs;
  const bool nothing = backend.needs->kind == Expression::Kind::always;
  result.reason = nothing ? "Needs no special instruction, and its gate admits " + here + "."
                  : subject.in_hand
                      ? "Every needed feature works here, and its gate admits this GPU."
                      : "Expected: every needed feature assembles for this target, and its gate "
                        "admits it.";
}

/// The backend that runs for the same operation: of the same project if there is one, without
/// emulation if there is one, else the first of the catalogue.
std::string nearest_runner(const BackendResult& result, std::span<const BackendResult> all) {
  const BackendResult* best = nullptr;
  const auto rank = [&](const BackendResult& candidate) {
    return (candidate.project == result.project ? 0 : 1) + (candidate.notes.empty() ? 0 : 2);
  };
  for (const BackendResult& candidate : all) {
    if (candidate.verdict != Verdict::runs || candidate.operation != result.operation) continue;
    if (best == nullptr || rank(candidate) < rank(*best)) best = &candidate;
  }
  return best == nullptr ? std::string() : best->id;
}

}  // namespace

std::vector<BackendResult> evaluate(const Catalogue& catalogue, const Subject& subject,
                                    const Shape&, std::string_view) {
  std::vector<BackendResult> results;
  results.reserve(catalogue.backends.size());
  for (const Backend& backend : catalogue.backends) {
    BackendResult result;
    result.id = backend.id;
    result.project = backend.project;
    result.operation = backend.operation;
    decide(backend, subject, result);
    results.push_back(std::move(result));
  }
  for (BackendResult& result : results) {
    if (result.verdict != Verdict::runs) result.nearest = nearest_runner(result, results);
  }
  return results;
}

std::vector<SelectorResult> walk_selectors(const Catalogue&, const Subject&,
                                           std::span<const BackendResult>, const Shape&) {
  return {};
}

Subject subject_of(const GpuReport& gpu, const DriverFacts& driver) {
  return {gpu.facts.cc,         true,           gpu.features,
          limits_of(gpu.facts), driver.version, driver.cuda_version};
}

Subject subject_of(ComputeCapability cc, const TargetReport& target) {
  return {cc, false, target.features, limits_of(cc)};
}

}  // namespace bp
