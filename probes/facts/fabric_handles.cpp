// Handles of memory for other processes, and for other machines of one NVLink fabric. A driver that
// declares fabric handles still refuses them without an IMEX channel: so one allocation is made.
#include "probes/survey/physical.h"

namespace bp {
namespace {

// The numbers of cuda.h 12.4 and later, so that an older header builds too.
constexpr auto fabric_supported = static_cast<CUdevice_attribute>(128);
constexpr auto fabric_handle = static_cast<CUmemAllocationHandleType>(8);

void measure(SurveyRun& run) {
  run.attribute("file_descriptors", CU_DEVICE_ATTRIBUTE_HANDLE_TYPE_POSIX_FILE_DESCRIPTOR_SUPPORTED,
                "flag");
  run.attribute("fabric_handles", fabric_supported, "flag");
  run.value_by("fabric_allocation", "B", EvidenceKind::launched, [&] {
    if (!run.says(fabric_supported)) throw Absent{"the driver says that it has no such handles"};
    return whole(Physical(run, 1, fabric_handle).size());
  });
}

}  // namespace

extern const Survey fabric_handles_survey;
const Survey fabric_handles_survey{"fact.fabric_handles", measure};

}  // namespace bp
