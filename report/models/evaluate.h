// Models on the GPUs and targets of a report. Pure: the same inputs give the same answers.
#pragma once

#include <span>
#include <vector>

#include "report/backends/catalogue.h"
#include "report/model/report.h"
#include "report/models/model.h"

namespace bp {

/// Each model on each class of identical GPUs and, if asked for, on each target of `report`.
std::vector<ModelReport> evaluate_models(const Report& report, std::span<const Model> models,
                                         const Catalogue& catalogue, bool targets);

/// The better of two verdicts, where one of several ways is enough; the worse one, where all are
/// needed. Not knowing is better than any no.
Verdict better(Verdict a, Verdict b);
Verdict worse(Verdict a, Verdict b);

}  // namespace bp
