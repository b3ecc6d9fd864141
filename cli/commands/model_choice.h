// Reads --model values: names of presets, or files.
#pragma once

#include <string>
#include <vector>

#include "report/models/model.h"

namespace bp {

struct ModelChoice {
  std::vector<Model> models;
  std::string error;  // one sentence; empty: chosen
};
/// All presets where none is named.
ModelChoice choose_models(const std::vector<std::string>& names);

}  // namespace bp
