// A reason as a line on standard error.
#pragma once

#include <string>

#include "probes/registry/evidence.h"

namespace bp {

/// What is wrong, and what to do about it where anything is known to help.
inline std::string said(const Reason& problem) {
  return problem.sentence + (problem.remedy.empty() ? "" : ". " + problem.remedy);
}

}  // namespace bp
