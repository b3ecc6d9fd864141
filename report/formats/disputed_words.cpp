#include "report/formats/disputed_words.h"

namespace bp {

std::string outcome_words(const DisputedFact& fact) {
  std::string word(to_string(fact.outcome));
  if (fact.outcome == DisputedFact::Outcome::open) return word;
  // Reports without a basis gave a command where an assembler alone had answered.
  if (!fact.basis) return fact.command.empty() ? word : word + ", expected";
  switch (*fact.basis) {
    case DisputedFact::Basis::expected:
      return word + ", expected";
    case DisputedFact::Basis::declared:
      return word + ", declared";
    case DisputedFact::Basis::in_hand:
      return word + " on the GPU in hand";
    case DisputedFact::Basis::executed:
      break;
  }
  return word;
}

std::string command_words(const DisputedFact& fact) {
  using enum DisputedFact::Basis;
  if (fact.basis == in_hand || fact.basis == executed) return "to settle it on a GPU not in hand";
  return "to settle it, on " + (fact.about.empty() ? "such a GPU" : fact.about);
}

}  // namespace bp
