// What a flag or argument may be given. One description serves the check of a command line, the
// completion scripts and the man page.
#pragma once

#include <CLI/CLI.hpp>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "cli/command_line/names.h"

namespace bp {

struct Values {
  std::vector<std::string> words;          // these and no other
  std::vector<Word> (*names)() = nullptr;  // of the registry: what can be named, or globs over it
  std::string file;                        // what to call the file that is named: "report.json"
  const CLI::Option* instead = nullptr;    // of an argument: it may be left out where this is given
};

Values one_of(std::vector<std::string> words);
Values any_of(std::vector<Word> (*names)());
Values file_called(std::string what);

using ValueTable = std::map<const CLI::Option*, Values>;

/// Checks the words and keeps the values for those who describe the command line.
CLI::Option* may_be(ValueTable& table, CLI::Option* option, Values values);

/// Numbers: CLI11 would take -1 for 2^64 - 1, "nan" for seconds, and cut what is too large.
CLI::Validator seconds();
CLI::Validator whole_number(std::uint64_t least = 0, std::uint64_t most = UINT64_MAX);

/// "a, b, c"; "a, b or c" with `last` " or ".
std::string joined(const std::vector<std::string>& words, const std::string& separator = ", ",
                   const std::string& last = {});

}  // namespace bp
