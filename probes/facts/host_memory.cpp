// What the host's kernel says of its memory.
#include <string>

#include "probes/survey/meminfo.h"
#include "probes/survey/survey.h"

namespace bp {
namespace {

void measure(SurveyRun& run) {
  for (const char* key : {"MemTotal", "MemFree", "MemAvailable", "Cached", "SwapFree"}) {
    run.value_by(key, "B", EvidenceKind::declared, [&] {
      const auto bytes = meminfo(run.driver(), key);
      if (!bytes) throw Absent{"/proc/meminfo does not say"};
      return whole(*bytes);
    });
  }
}

}  // namespace

extern const Survey host_memory_survey;
const Survey host_memory_survey{"fact.host_memory", measure};

}  // namespace bp
