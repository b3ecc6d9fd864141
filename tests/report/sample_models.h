// Literal test data: models as the sample reports have them. Figures are made up.
#pragma once

#include <vector>

#include "report/model/models.h"

namespace bp::sample {

/// On an H200: a model that runs, with a fallback at one size, and one of which little is known.
std::vector<ModelReport> h200_models();
/// Expected on a target: nothing serves it.
std::vector<ModelReport> offline_models();

}  // namespace bp::sample
