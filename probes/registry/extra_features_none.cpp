#include "probes/registry/extra_features.h"

namespace bp {
std::span<const Feature> extra_features() { return {}; }
}  // namespace bp
