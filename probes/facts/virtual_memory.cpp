// Addresses and memory apart: reserve, create, map, use, and give all of it back.
#include "probes/survey/physical.h"

namespace bp {
namespace {

std::size_t map_and_use(SurveyRun& run, const Physical& memory) {
  const auto& gpu = run.gpu();
  const auto reserve = run.need(run.api().MemAddressReserve, "cuMemAddressReserve");
  const auto free = run.need(run.api().MemAddressFree, "cuMemAddressFree");
  const auto map = run.need(run.api().MemMap, "cuMemMap");
  const auto unmap = run.need(run.api().MemUnmap, "cuMemUnmap");
  const auto allow = run.need(run.api().MemSetAccess, "cuMemSetAccess");
  CUdeviceptr address = 0;
  gpu.check(reserve(&address, memory.size(), 0, 0, 0), "cuMemAddressReserve");
  const Undo unreserve(gpu, [&] { free(address, memory.size()); });
  gpu.check(map(address, memory.size(), 0, memory.handle(), 0), "cuMemMap");
  const Undo unmapped(gpu, [&] { unmap(address, memory.size()); });
  CUmemAccessDesc access{};
  access.location.type = CU_MEM_LOCATION_TYPE_DEVICE;
  access.location.id = gpu.device();
  access.flags = CU_MEM_ACCESS_FLAGS_PROT_READWRITE;
  gpu.check(allow(address, memory.size(), &access, 1), "cuMemSetAccess");
  exchange_by_copy(run, gpu, address, memory.size() / sizeof(std::uint32_t));
  return memory.size();
}

void measure(SurveyRun& run) {
  constexpr auto supported = CU_DEVICE_ATTRIBUTE_VIRTUAL_MEMORY_MANAGEMENT_SUPPORTED;
  run.attribute("vmm_supported", supported, "flag");
  run.value_by("read_and_written", "B", EvidenceKind::verified, [&] {
    if (!run.says(supported)) throw Absent{"the driver says that it has none of it"};
    const Physical memory(run, touched_bytes);
    run.value("granularity", whole(memory.granularity()), "B", EvidenceKind::declared);
    return whole(map_and_use(run, memory));
  });
}

}  // namespace

extern const Survey virtual_memory_survey;
const Survey virtual_memory_survey{"fact.virtual_memory", measure};

}  // namespace bp
