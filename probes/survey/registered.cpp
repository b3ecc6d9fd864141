#include "probes/survey/registered.h"

#include <cstdlib>
#include <new>

namespace bp {
namespace {

constexpr std::size_t page = 65536;  // of arm64 kernels; a multiple of the others

}  // namespace

Registered::Registered(SurveyRun& run, std::size_t bytes)
    : bytes_((bytes + page - 1) / page * page) {
  if (!run.says(CU_DEVICE_ATTRIBUTE_HOST_REGISTER_SUPPORTED))
    throw Absent{"the driver says that it cannot register memory"};
  const auto add = run.need(run.api().MemHostRegister, "cuMemHostRegister");
  const auto remove = run.need(run.api().MemHostUnregister, "cuMemHostUnregister");
  const auto locate = run.need(run.api().MemHostGetDevicePointer, "cuMemHostGetDevicePointer");
  host_.reset(static_cast<std::uint32_t*>(std::aligned_alloc(page, bytes_)));
  if (!host_) throw std::bad_alloc();
  void* const memory = host_.get();
  run.gpu().check(add(memory, bytes_, CU_MEMHOSTREGISTER_DEVICEMAP), "cuMemHostRegister");
  undo_.emplace(run.gpu(), [remove, memory] { remove(memory); });
  run.gpu().check(locate(&address_, memory, 0), "cuMemHostGetDevicePointer");
}

}  // namespace bp
