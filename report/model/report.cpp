#include "report/model/report.h"

#include <array>
#include <utility>

namespace bp {
namespace {

template <typename Enum, std::size_t count>
using Names = std::array<std::pair<Enum, std::string_view>, count>;

constexpr Names<Verdict, 6> verdict_names{{{Verdict::runs, "runs"},
                                           {Verdict::no_hardware, "no_hardware"},
                                           {Verdict::no_dispatch, "no_dispatch"},
                                           {Verdict::not_built, "not_built"},
                                           {Verdict::at_risk, "at_risk"},
                                           {Verdict::unknown, "unknown"}}};

constexpr Names<DisputedFact::Outcome, 3> outcome_names{
    {{DisputedFact::Outcome::confirmed, "confirmed"},
     {DisputedFact::Outcome::contradicted, "contradicted"},
     {DisputedFact::Outcome::open, "open"}}};

constexpr Names<DisputedFact::Basis, 4> basis_names{{{DisputedFact::Basis::expected, "expected"},
                                                     {DisputedFact::Basis::declared, "declared"},
                                                     {DisputedFact::Basis::in_hand, "in_hand"},
                                                     {DisputedFact::Basis::executed, "executed"}}};

template <typename Enum, std::size_t count>
std::string_view name_of(const Names<Enum, count>& names, Enum value) {
  for (const auto& [candidate, name] : names) {
    if (candidate == value) return name;
  }
  return "unknown";
}

template <typename Enum, std::size_t count>
std::optional<Enum> value_of(const Names<Enum, count>& names, std::string_view text) {
  for (const auto& [value, name] : names) {
    if (name == text) return value;
  }
  return std::nullopt;
}

}  // namespace

std::string_view to_string(Verdict verdict) { return name_of(verdict_names, verdict); }
std::optional<Verdict> parse_verdict(std::string_view text) {
  return value_of(verdict_names, text);
}

std::string_view to_string(DisputedFact::Outcome outcome) {
  return name_of(outcome_names, outcome);
}
std::optional<DisputedFact::Outcome> parse_outcome(std::string_view text) {
  return value_of(outcome_names, text);
}

std::string_view to_string(DisputedFact::Basis basis) { return name_of(basis_names, basis); }
std::optional<DisputedFact::Basis> parse_basis(std::string_view text) {
  return value_of(basis_names, text);
}

std::optional<double> share_of_peak(const RateResult& rate) {
  if (!rate.peak || !(*rate.peak > 0)) return std::nullopt;
  return rate.operations / *rate.peak;
}

std::string_view words(Verdict verdict) {
  switch (verdict) {
    case Verdict::runs:
      return "runs";
    case Verdict::no_hardware:
      return "no hardware";
    case Verdict::no_dispatch:
      return "no dispatch";
    case Verdict::not_built:
      return "not built";
    case Verdict::at_risk:
      return "at risk";
    case Verdict::unknown:
      break;
  }
  return "unknown";
}

std::string_view words(Status status) {
  switch (status) {
    case Status::wrong_result:
      return "wrong result";
    case Status::timed_out:
      return "timed out";
    case Status::not_run:
      return "not run";
    default:
      return to_string(status);
  }
}

}  // namespace bp
