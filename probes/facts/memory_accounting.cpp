// Who says how much memory is free, and whom to believe. Where CPU and GPU share one memory,
// cuMemGetInfo counts the page cache as used (it answers MemFree) and NVML does not answer:
// MemAvailable is what an allocation can have. Elsewhere only the driver knows.
#include "probes/survey/meminfo.h"
#include "probes/survey/survey.h"

namespace bp {
namespace {

void from_meminfo(SurveyRun& run, const char* name, const char* key) {
  run.value_by(name, "B", EvidenceKind::declared, [&] {
    const auto bytes = meminfo(run.driver(), key);
    if (!bytes) throw Absent{"/proc/meminfo does not say"};
    return whole(*bytes);
  });
}

/// NVML's own words where it has no value.
void from_nvml(SurveyRun& run, const char* name, const char* key) {
  constexpr std::int64_t mib = 1 << 20;
  run.value_by(name, "B", EvidenceKind::declared, [&] {
    const std::vector<Fact> facts = run.nvml();
    const Fact* fact = find_fact(facts, key);
    if (fact == nullptr) throw Absent{"NVML does not list this GPU"};
    const auto* value = std::get_if<std::int64_t>(&fact->value);
    if (value == nullptr) throw Absent{"NVML: " + fact->absent};
    return FactValue(*value * mib);
  });
}

void measure(SurveyRun& run) {
  run.attribute("integrated", CU_DEVICE_ATTRIBUTE_INTEGRATED, "flag");
  std::size_t free = 0;
  std::size_t total = 0;
  run.gpu().check(run.api().MemGetInfo(&free, &total), "cuMemGetInfo");
  run.value("cuda_free", whole(free), "B", EvidenceKind::declared);
  run.value("cuda_total", whole(total), "B", EvidenceKind::declared);
  from_nvml(run, "nvml_free", "nvml_fb_free_mib");
  from_nvml(run, "nvml_total", "nvml_fb_total_mib");
  from_meminfo(run, "host_free", "MemFree");
  from_meminfo(run, "host_available", "MemAvailable");
  from_meminfo(run, "host_total", "MemTotal");
  run.value_by("believe", "", EvidenceKind::inferred, [&] {
    if (!run.says(CU_DEVICE_ATTRIBUTE_INTEGRATED)) return words("cuda_free");
    if (!meminfo(run.driver(), "MemAvailable"))
      throw Absent{"the GPU uses the host's memory, and /proc/meminfo does not say MemAvailable"};
    return words("host_available");
  });
}

}  // namespace

extern const Survey memory_accounting_survey;
const Survey memory_accounting_survey{"fact.memory_accounting", measure};

}  // namespace bp
