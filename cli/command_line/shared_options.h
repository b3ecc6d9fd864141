// Options that several commands have.
#pragma once

#include <vector>

#include "cli/command_line/values.h"
#include "cli/commands/options.h"
#include "cli/output/outputs.h"

namespace bp {

/// May be given several times, and take several values with commas between them.
void repeatable(CLI::Option* option);
void declare_colour(CLI::App& app, ValueTable& values, Colour& colour);
/// --format, -o and --color.
void declare_output(CLI::App& app, ValueTable& values, OutputOptions& output,
                    const std::vector<FormatName>& formats);
void declare_talk(CLI::App& app, Talk& talk);

}  // namespace bp
