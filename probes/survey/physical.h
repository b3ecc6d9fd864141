// Physical memory of a GPU, without an address (cuMemCreate).
#pragma once

#include <optional>

#include "probes/survey/touch.h"

namespace bp {

class Physical {
 public:
  /// One granule or `bytes`, rounded up. Throws Absent, DriverError.
  Physical(SurveyRun& run, std::size_t bytes,
           CUmemAllocationHandleType handles = CU_MEM_HANDLE_TYPE_NONE);
  CUmemGenericAllocationHandle handle() const { return handle_; }
  std::size_t size() const { return size_; }
  std::size_t granularity() const { return granularity_; }

 private:
  std::size_t granularity_ = 0;
  std::size_t size_ = 0;
  CUmemGenericAllocationHandle handle_ = 0;
  std::optional<Undo> undo_;
};

}  // namespace bp
