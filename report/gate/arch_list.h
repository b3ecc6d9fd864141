// The shortest list of targets to compile for, so that every GPU runs it with the features that are
// needed there.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "probes/registry/evidence.h"
#include "probes/registry/target.h"

namespace bp::gate {

struct ArchNeed {
  ComputeCapability cc;
  std::vector<std::string> features;  // that the GPU has and the project needs
};

/// By what an assembler says (the matrix): each GPU gets a target whose code surely loads on it and
/// takes all of its features. Of lists of the same length: plain before `f` before
/// `a`, then the targets nearest to the GPUs. A capability that nobody knows stands for itself,
/// plain. `families` false: no target with an `f`. In ascending order.
std::vector<Target> shortest_arch_list(std::span<const ArchNeed> needs,
                                       std::span<const MatrixRow> matrix, bool families = true);

}  // namespace bp::gate
