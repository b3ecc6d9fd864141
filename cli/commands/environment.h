// What the front process itself knows of this machine and of its user.
#pragma once

#include <vector>

#include "probes/registry/facts.h"
#include "report/redact/redact.h"

namespace bp {

/// System, architecture, the variables of the environment that reports name.
std::vector<Fact> environment_facts();
/// Host, user and home, for redact().
Identity identity();

}  // namespace bp
