// Which files a merge is about.
#pragma once

#include <string>
#include <variant>
#include <vector>

namespace bp {

struct MergeOptions;

/// Sorted, each once. A folder stands for the *.json files in it and below. The sentence says what
/// is wrong with what was named.
std::variant<std::vector<std::string>, std::string> files_to_merge(const MergeOptions& options);

}  // namespace bp
