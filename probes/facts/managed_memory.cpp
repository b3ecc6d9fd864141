// Managed memory: declared and used. Never more than is free.
#include "probes/survey/touch.h"

namespace bp {
namespace {

void measure(SurveyRun& run) {
  constexpr auto managed = CU_DEVICE_ATTRIBUTE_MANAGED_MEMORY;
  run.attribute("managed_memory", managed, "flag");
  run.attribute("concurrent_access", CU_DEVICE_ATTRIBUTE_CONCURRENT_MANAGED_ACCESS, "flag");
  run.value_by("read_and_written", "B", EvidenceKind::verified, [&] {
    if (!run.says(managed)) throw Absent{"the driver says that there is none"};
    const auto allocate = run.need(run.api().MemAllocManaged, "cuMemAllocManaged");
    const std::size_t words = run.affordable(run.gpu(), touched_bytes) / sizeof(std::uint32_t);
    CUdeviceptr address = 0;
    run.gpu().check(allocate(&address, words * sizeof(std::uint32_t), CU_MEM_ATTACH_GLOBAL),
                    "cuMemAllocManaged");
    const Undo undo(run.gpu(), [&] { run.api().MemFree(address); });
    exchange(run, {reinterpret_cast<std::uint32_t*>(address), words}, address);
    return whole(words * sizeof(std::uint32_t));
  });
}

}  // namespace

extern const Survey managed_memory_survey;
const Survey managed_memory_survey{"fact.managed_memory", measure};

}  // namespace bp
