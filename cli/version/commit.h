// What this program was built from; defined by a file that every build checks for changes.
#pragma once

#include <string_view>

namespace bp {

extern const std::string_view program_version;
extern const std::string_view program_commit;  // "unknown" outside a checkout
extern const std::string_view commit_date;     // "2026-11-23"; empty outside a checkout
extern const bool commit_has_changes;

}  // namespace bp
