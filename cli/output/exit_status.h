// Exit statuses, by one rule.
#pragma once

#include "report/model/report.h"

namespace bp {

enum class ExitStatus : int {
  met = 0,      // all met
  not_met = 1,  // a requirement not met, or a wrong result
  usage = 2,
  no_gpu = 3,  // no GPU or driver
  internal = 4,
  incomplete = 5,  // something crashed or timed out, the driver is unusable, an output is missing
  interrupted = 130,
};

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
