// Completion scripts. They are complete in themselves: a TAB does not start the program.
#pragma once

#include <string>
#include <vector>

#include "cli/command_line/description.h"

namespace bp {

std::vector<std::string> completion_shells();
/// The script of one of completion_shells().
std::string completion_script(const std::string& shell, const ProgramDescription& program);

std::string bash_completion(const ProgramDescription& program);
std::string zsh_completion(const ProgramDescription& program);
std::string fish_completion(const ProgramDescription& program);

/// In single quotes, for a POSIX shell and zsh.
std::string shell_quoted(const std::string& text);
/// The first line of each script.
std::string generated_by(const ProgramDescription& program, const std::string& shell);

}  // namespace bp
