// The parts of the environment section. Each reads what it can and says why where it cannot; none
// throws, waits for a pipe, or follows a folder without end.
#pragma once

#include <chrono>
#include <vector>

#include "cli/environment/roots.h"
#include "probes/registry/facts.h"

namespace bp {

/// Operating system, kernel, C library, CPU, memory and what limits it.
std::vector<Fact> system_facts(const EnvironmentRoots& roots);
/// Container, WSL, Jetson, Spark, MPS.
std::vector<Fact> setting_facts(const EnvironmentRoots& roots);
/// The kernel side of the NVIDIA driver: module, device nodes, Fabric Manager.
std::vector<Fact> nvidia_facts(const EnvironmentRoots& roots);
/// Xid lines of the kernel's log.
std::vector<Fact> xid_facts(const EnvironmentRoots& roots);
/// The variables that reports name.
std::vector<Fact> variable_facts(const EnvironmentRoots& roots);

}  // namespace bp
