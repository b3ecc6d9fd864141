#include "cli/output/glob.h"

#include <fnmatch.h>

#include <algorithm>

#include "cli/output/nearest.h"

namespace bp {

bool matches(const std::string& glob, std::string_view id) {
  return fnmatch(glob.c_str(), std::string(id).c_str(), 0) == 0;
}

bool is_selected(std::string_view id, std::span<const std::string> only,
                 std::span<const std::string> skip) {
  const auto hits = [&](const std::string& glob) { return matches(glob, id); };
  return (only.empty() || std::ranges::any_of(only, hits)) && std::ranges::none_of(skip, hits);
}

std::string unmatched(const std::string& flag, std::span<const std::string> globs,
                      const std::vector<std::string>& ids) {
  for (const std::string& glob : globs) {
    if (std::ranges::any_of(ids, [&](const std::string& id) { return matches(glob, id); }))
      continue;
    std::string sentence = flag + " " + glob + " matches no id";
    // A family or an operation named without its members is the usual slip.
    const std::string members = glob + ".*";
    if (std::ranges::any_of(ids, [&](const std::string& id) { return matches(members, id); })) {
      return sentence + "; did you mean '" + members + "'?";
    }
    return sentence + suggestion(glob, ids);
  }
  return {};
}

}  // namespace bp
