#include "probes/survey/physical.h"

namespace bp {

Physical::Physical(SurveyRun& run, std::size_t bytes, CUmemAllocationHandleType handles) {
  const auto granule =
      run.need(run.api().MemGetAllocationGranularity, "cuMemGetAllocationGranularity");
  const auto create = run.need(run.api().MemCreate, "cuMemCreate");
  const auto release = run.need(run.api().MemRelease, "cuMemRelease");
  CUmemAllocationProp property{};
  property.type = CU_MEM_ALLOCATION_TYPE_PINNED;
  property.requestedHandleTypes = handles;
  property.location.type = CU_MEM_LOCATION_TYPE_DEVICE;
  property.location.id = run.gpu().device();
  run.gpu().check(granule(&granularity_, &property, CU_MEM_ALLOC_GRANULARITY_MINIMUM),
                  "cuMemGetAllocationGranularity");
  if (granularity_ == 0) throw Absent{"the driver answers a granularity of 0"};
  size_ = (bytes + granularity_ - 1) / granularity_ * granularity_;
  if (run.affordable(run.gpu(), size_) < size_)
    throw Absent{std::to_string(size_) + " bytes are more than 5 % of what is free"};
  run.gpu().check(create(&handle_, size_, &property, 0), "cuMemCreate");
  undo_.emplace(run.gpu(), [release, handle = handle_] { release(handle); });
}

}  // namespace bp
