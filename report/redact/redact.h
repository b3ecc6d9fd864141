// The step between model and serialisers: takes out what identifies a machine or its owner.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "report/model/report.h"

namespace bp {

/// What the caller knows of this machine and its user, to find it again in messages. Empty: not
/// known.
struct Identity {
  std::string host;  // "node7.example.org": the short name is looked for as well
  std::string user;  // "alice"
  std::string home;  // "/home/alice"
};

/// Leaves out UUIDs, PCI addresses, serial numbers, host and user names, home folders, MAC and IP
/// addresses: from their own fields, and wherever they stand in a text (a home folder becomes "~",
/// others become
/// "[uuid]", "[pci]", "[host]" ...). Sets `redacted`. `--identify` means: do not call this.
Report redact(Report report, const Identity& identity);

/// One text without the above; `secrets` are further values to look for, as whole words.
std::string redact_text(std::string_view text, const Identity& identity,
                        const std::vector<std::string>& secrets = {});

}  // namespace bp
