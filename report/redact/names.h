// Finding names that are known, of this machine and its user, in text.
#pragma once

#include <string>
#include <string_view>

namespace bp {

bool is_digit(char c);
bool is_word(char c);  // letters, digits, '_'
char lower_case(char c);
bool starts_with_ignoring_case(std::string_view text, std::string_view prefix);
bool ends_with_ignoring_case(std::string_view text, std::string_view suffix);

/// Names that tell nothing of a person or machine: of accounts and machines out of a box, and of
/// GPUs. Taking them out would take words out of sentences.
bool is_common(std::string_view name);

/// Replaces `secret` where it stands as a whole word.
std::string replace_word(std::string_view text, std::string_view secret, std::string_view instead);

/// Replaces the name of a user or host in either case, also where others are made of it:
/// "/tmp/pip-alice_1". Of a host, with the domain that follows: "Node7.cluster.example.org".
enum class NameOf { user, host };
std::string replace_name(std::string_view text, std::string_view name, std::string_view instead,
                         NameOf whose);

}  // namespace bp
