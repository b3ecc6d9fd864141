// The seam for the test build: its misbehaving probes need registry rows, the product has none of
// them. Defined by probes/registry/extra_features_none.cpp or by
// tests/misbehaving/extra_features.cpp.
#pragma once

#include <span>

#include "probes/registry/feature.h"

namespace bp {
std::span<const Feature> extra_features();
}  // namespace bp
