// What one settler of a disputed claim says: of a GPU in hand from its report, of other GPUs from
// what the assemblers said. Pure: no answer is better than a guessed one.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "report/disputed/claims.h"
#include "report/model/report.h"

namespace bp {

struct Answer {
  std::optional<bool> holds;  // whether it is as the claim says; nullopt: not known, or only shown
  bool known = false;         // there is an answer, even if it decides nothing
  bool failed = false;        // it was tried here and went wrong: nothing else may answer for it
  bool assembled = false;     // an assembler says so: expected, not seen
  bool executed = false;      // it was tried on the GPU: an attribute of its driver is not that
  std::string shown;          // "cluster.launch supported"; empty: nothing to show
  std::vector<Evidence> evidence;
};

Answer answer_in_hand(const Settler& settler, const GpuReport& gpu,
                      std::span<const SurveyResult> surveys);

/// For the capabilities that the claim is about.
Answer answer_expected(const Settler& settler, const Claim& claim,
                       std::span<const MatrixRow> matrix);

}  // namespace bp
