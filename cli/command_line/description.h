// The command line as plain values, for what is generated from it: completion scripts, man page.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "cli/command_line/declaration.h"

namespace bp {

struct OptionDescription {
  std::vector<std::string> names;  // "-o", "--output"; of an argument: none
  std::string text;
  std::string value;        // what help calls its value: "FILE"; empty: it takes none
  std::vector<Word> words;  // that may stand for the value
  bool file = false;        // the value names a file
  bool list = false;        // of values with commas between
  bool repeatable = false;
};

struct CommandDescription {
  std::string name;  // of the root: "blackwell-probe"
  std::string text;
  std::vector<OptionDescription> options;
  std::vector<OptionDescription> arguments;
  std::vector<std::string> examples;
};

struct ProgramDescription {
  CommandDescription root;
  std::vector<CommandDescription> commands;
};

ProgramDescription describe(const Declaration& declaration);

}  // namespace bp
