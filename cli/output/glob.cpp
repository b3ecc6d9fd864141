#include "cli/output/glob.h"

#include <fnmatch.h>

#include <algorithm>

#include "cli/output/nearest.h"

namespace bp {
namespace {

/// What globs are mostly meant to be: every id up to one of its dots, and then anything.
std::vector<std::string> families(const std::vector<std::string>& ids) {
  std::vector<std::string> globs;
  for (const std::string& id : ids) {
    for (std::size_t dot = id.find('.'); dot != std::string::npos; dot = id.find('.', dot + 1)) {
      globs.push_back(id.substr(0, dot) + ".*");
    }
  }
  return globs;
}

}  // namespace

bool matches(const std::string& glob, std::string_view id) {
  return fnmatch(glob.c_str(), std::string(id).c_str(), 0) == 0;
}

bool is_selected(std::string_view id, std::span<const std::string> only,
                 std::span<const std::string> skip) {
  const auto hits = [&](const std::string& glob) { return matches(glob, id); };
  return (only.empty() || std::ranges::any_of(only, hits)) && std::ranges::none_of(skip, hits);
}

std::string unmatched(const std::string& flag, std::span<const std::string> globs,
                      const std::vector<std::string>& ids, const std::string& lists) {
  for (const std::string& glob : globs) {
    if (std::ranges::any_of(ids, [&](const std::string& id) { return matches(glob, id); }))
      continue;
    if (glob.empty()) return flag + " is empty";
    const std::string sentence = flag + " " + glob + " matches no id";
    // A family or an operation named without its members is the usual slip.
    const std::string members = glob + ".*";
    if (std::ranges::any_of(ids, [&](const std::string& id) { return matches(members, id); })) {
      return sentence + "; did you mean '" + members + "'?";
    }
    const bool plain = glob.find_first_of("*?[") == std::string::npos;
    const std::string meant = suggestion(glob, plain ? ids : families(ids));
    return sentence + (meant.empty() ? " (see blackwell-probe list " + lists + ")" : meant);
  }
  return {};
}

}  // namespace bp
