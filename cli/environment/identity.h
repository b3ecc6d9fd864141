// Host, user and home of whoever runs this, for redact().
#pragma once

#include <string>
#include <vector>

#include "report/redact/redact.h"

namespace bp {

/// Of this process.
Identity identity();
/// Of a process with these variables (NAME=VALUE) on a machine that calls itself `host`.
Identity identity_of(const std::vector<std::string>& variables, const std::string& host);

}  // namespace bp
