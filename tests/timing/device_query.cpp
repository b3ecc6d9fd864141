// The yardstick for `--level quick`: what the smallest useful CUDA program costs as a whole
// process. It initialises the driver, opens the primary context of GPU 0 and prints every
// attribute.
#include <cstdio>

#include "probes/driver/driver_api.h"

int main() {
  auto loaded = bp::load_driver({});
  if (const auto* reason = std::get_if<bp::Reason>(&loaded)) {
    std::fprintf(stderr, "%s\n", reason->sentence.c_str());
    return 3;
  }
  const bp::DriverApi& api = std::get<bp::Driver>(loaded).api;
  CUdevice device = 0;
  CUcontext context = nullptr;
  if (api.Init(0) != CUDA_SUCCESS || api.DeviceGet(&device, 0) != CUDA_SUCCESS ||
      api.DevicePrimaryCtxRetain(&context, device) != CUDA_SUCCESS) {
    std::fprintf(stderr, "the GPU cannot be opened\n");
    return 3;
  }
  for (int attribute = 1; attribute < CU_DEVICE_ATTRIBUTE_MAX; ++attribute) {
    int value = 0;
    if (api.DeviceGetAttribute(&value, static_cast<CUdevice_attribute>(attribute), device) ==
        CUDA_SUCCESS) {
      std::printf("%d %d\n", attribute, value);
    }
  }
  api.DevicePrimaryCtxRelease(device);
  return 0;
}
