// Evidence from which the tests of disputed claims ask for answers.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "report/model/report.h"

namespace bp::disputed_samples {

MatrixRow row(std::string feature, std::string target, bool accepted,
              std::string sass = "native: OP", std::string since = "ptxas 12.8.93");
std::vector<MatrixRow> matrix();
const DisputedFact& find(const std::vector<DisputedFact>& facts, std::string_view id);
Evidence item(EvidenceKind kind, std::string text, bool against = false);
Evidence rate(double value);
FeatureResult feature(std::string id, Status status, std::vector<Evidence> evidence);
GpuReport gpu(ComputeCapability cc, std::string name, int index = 0);

}  // namespace bp::disputed_samples
