// "Did you mean": the nearest of the valid words.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace bp {

/// Insertions, deletions, substitutions and swaps of neighbours that lead from one word to the
/// other.
std::size_t edit_distance(std::string_view a, std::string_view b);

/// The valid word with the smallest distance, the first of equals; nullopt if even that is too far
/// to be what was meant: more than 1, or 2 where a word has 8 letters.
std::optional<std::string> nearest(std::string_view word, std::span<const std::string> valid);

/// "; did you mean --level?" or nothing, to end a sentence with.
std::string suggestion(std::string_view word, std::span<const std::string> valid);

}  // namespace bp
