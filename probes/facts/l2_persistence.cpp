// How much of L2 may be set aside for persisting accesses, and how long an access window may be.
#include "probes/survey/survey.h"

namespace bp {
namespace {

/// Sets the limit to `wanted`, asks what was granted, and puts the old one back.
std::size_t granted(SurveyRun& run, std::size_t wanted) {
  const auto set = run.need(run.api().CtxSetLimit, "cuCtxSetLimit");
  const auto get = run.need(run.api().CtxGetLimit, "cuCtxGetLimit");
  constexpr auto limit = CU_LIMIT_PERSISTING_L2_CACHE_SIZE;
  std::size_t before = 0;
  std::size_t after = 0;
  run.gpu().check(get(&before, limit), "cuCtxGetLimit");
  run.gpu().check(set(limit, wanted), "cuCtxSetLimit");
  run.gpu().check(get(&after, limit), "cuCtxGetLimit");
  run.gpu().check(set(limit, before), "cuCtxSetLimit");
  return after;
}

void measure(SurveyRun& run) {
  constexpr auto largest = CU_DEVICE_ATTRIBUTE_MAX_PERSISTING_L2_CACHE_SIZE;
  run.attribute("l2_cache", CU_DEVICE_ATTRIBUTE_L2_CACHE_SIZE, "B");
  run.attribute("set_aside_limit", largest, "B");
  run.attribute("access_window_limit", CU_DEVICE_ATTRIBUTE_MAX_ACCESS_POLICY_WINDOW_SIZE, "B");
  run.value_by("set_aside_granted", "B", EvidenceKind::declared, [&] {
    if (!run.says(largest)) throw Absent{"the driver says that nothing can be set aside"};
    return whole(granted(run, static_cast<std::size_t>(run.gpu().attribute(largest))));
  });
}

}  // namespace

extern const Survey l2_persistence_survey;
const Survey l2_persistence_survey{"fact.l2_persistence", measure};

}  // namespace bp
