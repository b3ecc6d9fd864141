// What is expected of targets that are not in hand, from the embedded matrix: assembled, never
// executed.
#pragma once

#include <string>
#include <vector>

#include "probes/assembly/pack.h"
#include "probes/registry/target.h"
#include "report/model/report.h"

namespace bp {

/// One feature on a target. A bare number stands for the GPU: the feature assembles if the plain,
/// `f` or `a` target takes it, and the evidence says which suffix it needs.
FeatureResult expected_feature(const Pack& pack, std::string_view feature, Target target);

/// With the verdicts on backends for a shape; `today`: see evaluate().
TargetReport expected_target(const Pack& pack, Target target, const Shape& shape,
                             std::string_view today);

/// The bare numbers of known_targets(), ascending.
std::vector<Target> known_numbers();

/// The matrix of the build's own toolkit, with what the table of toolkits adds: the smallest
/// `.version`, the first toolkit, and the targets that only a newer toolkit knows. Only of these
/// features, unless there are none.
std::vector<MatrixRow> embedded_matrix(const Pack& pack,
                                       const std::vector<std::string>& features = {});

/// Reads --target values. A target that no toolkit of the table knows is an error: a sentence.
struct TargetChoice {
  std::vector<Target> targets;
  std::string error;
};
TargetChoice choose_targets(const std::vector<std::string>& names);

/// Rows of the numbers (with their suffixes) and exact targets.
std::vector<MatrixRow> rows_of(std::vector<MatrixRow> rows, const std::vector<Target>& targets);

}  // namespace bp
