// Globs over ids: `*` any characters, `?` one, `[abc]` one of.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace bp {

bool matches(const std::string& glob, std::string_view id);

/// Whether `only` (empty: everything) takes the id and `skip` does not.
bool is_selected(std::string_view id, std::span<const std::string> only,
                 std::span<const std::string> skip);

/// The sentence about the first glob that matches none of the ids, with what may have been meant or
/// else where to look: `lists` names what `list` shows of them. Empty if there is none.
std::string unmatched(const std::string& flag, std::span<const std::string> globs,
                      const std::vector<std::string>& ids, const std::string& lists);

}  // namespace bp
