// What is generated from the command line: completion scripts and the man page.
#include "cli/command_line/completion.h"
#include "cli/command_line/man_page.h"
#include "cli/commands/commands.h"
#include "cli/output/sink.h"
#include "cli/version/commit.h"

namespace bp {
namespace {

ExitStatus print(const std::string& text) {
  const auto error = standard_output()->write(text);
  if (!error) return ExitStatus::met;
  complain(*error);
  return ExitStatus::incomplete;
}

}  // namespace

ExitStatus run_completion(const CompletionOptions& options) {
  return print(completion_script(options.shell, describe(Declaration())));
}

ExitStatus run_man_page(const ManPageOptions&) {
  return print(man_page(describe(Declaration()), program_version, commit_date));
}

}  // namespace bp
