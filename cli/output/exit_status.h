// Exit statuses, by one rule.
#pragma once

#include <span>
#include <string_view>

#include "report/model/report.h"

namespace bp {

enum class ExitStatus : int {
  met = 0,
  not_met = 1,
  usage = 2,
  no_gpu = 3,
  internal = 4,
  incomplete = 5,
  interrupted = 130,
};

/// What a status means: in a few words for --help, with a sentence more for the man page.
struct ExitStatusMeaning {
  ExitStatus status;
  std::string_view brief;
  std::string_view more;
};
std::span<const ExitStatusMeaning> exit_status_meanings();

struct RunConditions {
  bool bare = false;    // the command without a name: no GPU is not a failure
  bool strict = false;  // --strict: blocked and not_run count as incomplete
  bool interrupted = false;
  bool output_failed = false;  // an output could not be written
};

/// The first that holds: interrupted 130; a wrong result 1; no libcuda, a stub or no device 3
/// (bare: goes on); anything crashed, timed out or unusable, a GPU that could not be opened, an
/// output not written 5; under
/// --strict anything blocked or not run 5, but for what was not selected and what has no probe;
/// else 0.
ExitStatus exit_status(const Report& report, const RunConditions& conditions);

/// Nothing crashed, timed out or was left out against the user's will, and every GPU could be
/// opened.
bool is_complete(const Report& report);

/// No driver at all or no device, as opposed to a driver that is there and does not work.
bool means_no_gpu(const Reason& problem);

}  // namespace bp
