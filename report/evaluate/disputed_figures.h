// Settlers of disputed claims that compare a figure: limits, facts, sweeps, rates, arithmetic.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "report/evaluate/disputed_answers.h"

namespace bp {

/// The driver's figure decides; the programming guide's is only shown.
Answer limit_in_hand(const Settler& settler, const GpuReport& gpu);
Answer limit_expected(const Settler& settler, const Claim& claim);
Answer fact_in_hand(const Settler& settler, const GpuReport& gpu);
Answer survey_in_hand(const Settler& settler, const GpuReport& gpu,
                      std::span<const SurveyResult> surveys);
/// Of two rates that were clocked in this run.
Answer ratio_in_hand(const Settler& settler, const GpuReport& gpu);
/// Instructions that a tensor pipe executed for each one that the clocked loop issued.
Answer counted_in_hand(const Settler& settler, const GpuReport& gpu,
                       std::span<const SurveyResult> surveys);
/// Arithmetic, and said to be that.
Answer count_pieces(const Settler& settler);

std::string listed_names(const std::vector<std::string>& names);

}  // namespace bp
