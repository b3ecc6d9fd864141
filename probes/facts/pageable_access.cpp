// Memory of malloc: whether the GPU reaches it (HMM, ATS), as the driver says and as it is used.
#include "probes/survey/touch.h"

namespace bp {
namespace {

void measure(SurveyRun& run) {
  constexpr auto pageable = CU_DEVICE_ATTRIBUTE_PAGEABLE_MEMORY_ACCESS;
  run.attribute("pageable_access", pageable, "flag");
  run.attribute("by_host_page_tables",
                CU_DEVICE_ATTRIBUTE_PAGEABLE_MEMORY_ACCESS_USES_HOST_PAGE_TABLES, "flag");
  run.attribute("host_native_atomics", CU_DEVICE_ATTRIBUTE_HOST_NATIVE_ATOMIC_SUPPORTED, "flag");
  run.value_by("malloc_read_and_written", "B", EvidenceKind::verified, [&] {
    if (!run.says(pageable)) throw Absent{"the driver says that the GPU does not reach it"};
    std::vector<std::uint32_t> memory(touched_bytes / sizeof(std::uint32_t));
    exchange(run, memory, reinterpret_cast<CUdeviceptr>(memory.data()));
    return whole(touched_bytes);
  });
}

}  // namespace

extern const Survey pageable_access_survey;
const Survey pageable_access_survey{"fact.pageable_access", measure};

}  // namespace bp
