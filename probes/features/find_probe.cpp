#include <algorithm>

#include "probes/features/probe.h"

namespace bp {

const InstructionProbe* find_probe(std::string_view feature) {
  const auto found = std::ranges::find(probes(), feature, &InstructionProbe::feature);
  return found == probes().end() ? nullptr : *found;
}

}  // namespace bp
