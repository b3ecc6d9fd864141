// Stream-ordered allocation from the device's default pool.
#include "probes/survey/attribute_words.h"
#include "probes/survey/touch.h"

namespace bp {
namespace {

void measure(SurveyRun& run) {
  constexpr auto pools = CU_DEVICE_ATTRIBUTE_MEMORY_POOLS_SUPPORTED;
  run.attribute("pools_supported", pools, "flag");
  run.attribute("handle_types", CU_DEVICE_ATTRIBUTE_MEMPOOL_SUPPORTED_HANDLE_TYPES,
                handle_types_in_words);
  run.value_by("read_and_written", "B", EvidenceKind::verified, [&] {
    if (!run.says(pools)) throw Absent{"the driver says that there are none"};
    const auto allocate = run.need(run.api().MemAllocAsync, "cuMemAllocAsync");
    const auto release = run.need(run.api().MemFreeAsync, "cuMemFreeAsync");
    const std::size_t words = run.affordable(run.gpu(), touched_bytes) / sizeof(std::uint32_t);
    CUdeviceptr address = 0;
    run.gpu().check(allocate(&address, words * sizeof(std::uint32_t), run.gpu().stream()),
                    "cuMemAllocAsync");
    const Undo undo(run.gpu(), [&] { release(address, run.gpu().stream()); });
    exchange_by_copy(run, run.gpu(), address, words);
    return whole(words * sizeof(std::uint32_t));
  });
}

}  // namespace

extern const Survey memory_pools_survey;
const Survey memory_pools_survey{"fact.memory_pools", measure};

}  // namespace bp
