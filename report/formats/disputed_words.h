// What the formats for people say of a disputed claim's outcome, in the same words.
#pragma once

#include <string>

#include "report/model/report.h"

namespace bp {

/// "confirmed", "contradicted, expected", "confirmed on the GPU in hand": an assembler's word is
/// not a measurement, and one GPU is not all of them.
std::string outcome_words(const DisputedFact& fact);
/// What stands before the command: "to settle it, on compute capability 12.x".
std::string command_words(const DisputedFact& fact);

}  // namespace bp
