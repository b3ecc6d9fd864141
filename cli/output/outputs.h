// All outputs of one command: opened before the work, written after it, each for itself.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <variant>
#include <vector>

#include "cli/commands/options.h"
#include "cli/output/sink.h"

namespace bp {

struct Output {
  std::string format;
  bool standard = false;  // standard output
  std::unique_ptr<Sink> sink;
};

/// A format and the suffixes that choose it.
struct FormatName {
  std::string name;
  std::vector<std::string> suffixes;  // ".json"
};

/// Of commands that print a table, and of those that print a few lines.
std::vector<FormatName> table_formats();
std::vector<FormatName> text_formats();
/// What --format takes, and the suffixes as people are told them: ".txt, .json".
std::vector<std::string> names_of(const std::vector<FormatName>& formats);
std::string suffixes_of(const std::vector<FormatName>& formats);

enum class Print {
  always,   // standard output too, whatever -o says
  unasked,  // only where there is no -o FILE, or --format or -o - asks for it
};

/// The sentence says what is wrong with an output: that is a usage error.
std::variant<std::vector<Output>, std::string> open_outputs(const OutputOptions& options,
                                                            const std::vector<FormatName>& formats,
                                                            Print print);

/// Writes every output, files first; a failure is complained about and spoils no other output.
/// False if one failed.
bool write_outputs(std::vector<Output>& outputs,
                   const std::function<std::string(const Output&)>& bytes);

}  // namespace bp
