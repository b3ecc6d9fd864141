// What commands that start workers say on standard error when that goes wrong.
#pragma once

#include <string>

#include "cli/supervisor/supervisor.h"
#include "report/model/report.h"

namespace bp {

/// That --gpu names none of this machine. Standard error ends up in logs of CI that others read: it
/// is redacted like the report, unless `identify`.
std::string no_such_gpu(const ProbeOutcome& outcome, bool identify);
void complain_of_stuck(const ProbeOutcome& outcome);
/// The report may have gone to a file: what is wrong with driver and GPUs.
void complain_of_gpus(const Report& report);

}  // namespace bp
