#include <fcntl.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <exception>
#include <string>
#include <string_view>

#include "cli/commands/commands.h"
#include "cli/commands/worker.h"
#include "cli/output/sink.h"

namespace {

using namespace bp;

/// A file that is opened later must not get the number of a closed standard stream. Opened the
/// wrong way round, so that using it is an error.
void occupy_standard_streams() {
  for (const int fd : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
    if (fcntl(fd, F_GETFD) < 0) open("/dev/null", fd == STDIN_FILENO ? O_WRONLY : O_RDONLY);
  }
}

ExitStatus say(const Message& message) {
  if (message.status != 0) {
    std::fputs(message.text.c_str(), stderr);
    return static_cast<ExitStatus>(message.status);
  }
  if (const auto error = standard_output()->write(message.text)) {
    complain(*error);
    return ExitStatus::incomplete;
  }
  return ExitStatus::met;
}

struct Execute {
  ExitStatus operator()(const Message& message) const { return say(message); }
  ExitStatus operator()(const RunOptions& options) const { return run_probes(options); }
  ExitStatus operator()(const BenchOptions& options) const { return run_bench(options); }
  ExitStatus operator()(const MatrixOptions& options) const { return run_matrix(options); }
  ExitStatus operator()(const ListOptions& options) const { return run_list(options); }
  ExitStatus operator()(const RenderOptions& options) const { return run_render(options); }
  ExitStatus operator()(const GateOptions& options) const { return run_gate(options); }
  ExitStatus operator()(const DiffOptions& options) const { return run_diff(options); }
  ExitStatus operator()(const MergeOptions& options) const { return run_merge(options); }
  ExitStatus operator()(const VersionOptions& options) const { return run_version(options); }
  ExitStatus operator()(const CompletionOptions& options) const { return run_completion(options); }
  ExitStatus operator()(const ManPageOptions& options) const { return run_man_page(options); }
};

}  // namespace

int main(int argc, char** argv) {
  // A reader that went away, or a limit for files (ulimit -f), is an error of that output alone.
  std::signal(SIGPIPE, SIG_IGN);
  std::signal(SIGXFSZ, SIG_IGN);
  try {
    occupy_standard_streams();
    // Before the command line is looked at: the start of a worker is on the critical path of a run.
    if (argc == 2 && std::string_view(argv[1]) == "__worker") return run_worker();
    if (argc == 2 && std::string_view(argv[1]) == "__matrix") return run_matrix_worker();
    return static_cast<int>(std::visit(Execute{}, parse_command_line(argc, argv)));
  } catch (const std::exception& error) {
    complain(std::string("Internal error: ") + error.what() +
             ". Please report this with the command line.");
    return static_cast<int>(ExitStatus::internal);
  }
}
