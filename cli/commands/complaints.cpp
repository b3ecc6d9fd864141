#include "cli/commands/complaints.h"

#include "cli/environment/identity.h"
#include "cli/output/outputs.h"
#include "cli/output/said.h"
#include "cli/output/terminal.h"
#include "report/redact/redact.h"

namespace bp {

std::string no_such_gpu(const ProbeOutcome& outcome, bool identify) {
  std::string known;
  for (const std::string& gpu : outcome.known_gpus) known += (known.empty() ? "" : ", ") + gpu;
  if (!identify) known = redact_text(known, identity());
  return "--gpu " + *outcome.unknown_gpu + ": there is no such GPU here; this machine has " + known;
}

void complain_of_stuck(const ProbeOutcome& outcome) {
  for (const std::string& name : outcome.stuck) {
    complain(name + " does not end: it is stuck in the driver; check dmesg for Xid lines");
  }
}

void complain_of_gpus(const Report& report) {
  if (report.driver.problem) complain(said(*report.driver.problem));
  for (const GpuReport& gpu : report.gpus) {
    if (!gpu.facts.problem) continue;
    complain("GPU " + std::to_string(gpu.facts.index) + ": " + said(*gpu.facts.problem));
  }
}

}  // namespace bp
