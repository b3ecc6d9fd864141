// Memory of the host that is registered afterwards and mapped into the GPU's addresses.
#include "probes/survey/registered.h"

namespace bp {
namespace {

void measure(SurveyRun& run) {
  run.attribute("register_supported", CU_DEVICE_ATTRIBUTE_HOST_REGISTER_SUPPORTED, "flag");
  run.attribute("read_only_supported", CU_DEVICE_ATTRIBUTE_READ_ONLY_HOST_REGISTER_SUPPORTED,
                "flag");
  run.attribute("can_map", CU_DEVICE_ATTRIBUTE_CAN_MAP_HOST_MEMORY, "flag");
  run.value_by("read_and_written", "B", EvidenceKind::verified, [&] {
    Registered memory(run, touched_bytes);
    exchange(run, memory.words(), memory.address());
    return whole(memory.words().size_bytes());
  });
}

}  // namespace

extern const Survey host_registration_survey;
const Survey host_registration_survey{"fact.host_registration", measure};

}  // namespace bp
