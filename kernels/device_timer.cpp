#include "kernels/device_timer.h"

#include <algorithm>
#include <array>

namespace bp {

DeviceTimer::DeviceTimer(const Gpu& gpu, std::chrono::milliseconds timeout)
    : gpu_(gpu), timeout_(timeout) {
  gpu.check(gpu.api().EventCreate(&begin_, CU_EVENT_DEFAULT), "cuEventCreate");
  gpu.check(gpu.api().EventCreate(&end_, CU_EVENT_DEFAULT), "cuEventCreate");
}

DeviceTimer::~DeviceTimer() {
  if (gpu_.lost()) return;
  gpu_.api().EventDestroy(begin_);
  gpu_.api().EventDestroy(end_);
}

void DeviceTimer::start() {
  gpu_.check(gpu_.api().EventRecord(begin_, gpu_.stream()), "cuEventRecord");
}

double DeviceTimer::stop() {
  gpu_.check(gpu_.api().EventRecord(end_, gpu_.stream()), "cuEventRecord");
  gpu_.wait(timeout_);
  float milliseconds = 0;
  gpu_.check(gpu_.api().EventElapsedTime(&milliseconds, begin_, end_), "cuEventElapsedTime");
  return static_cast<double>(milliseconds) * 1e-3;
}

double copy_bandwidth(const Gpu& gpu, std::size_t bytes, std::chrono::milliseconds timeout) {
  DeviceBuffer from(gpu, bytes);
  DeviceBuffer to(gpu, bytes);
  from.fill(0x5a);
  DeviceTimer timer(gpu, timeout);
  std::array<double, 9> rates{};
  for (double& rate : rates) {
    timer.start();
    gpu.check(gpu.api().MemcpyDtoDAsync(to.address(), from.address(), bytes, gpu.stream()),
              "cuMemcpyDtoDAsync");
    rate = 2.0 * static_cast<double>(bytes) / timer.stop();
  }
  std::ranges::nth_element(rates, rates.begin() + rates.size() / 2);
  return rates[rates.size() / 2];
}

}  // namespace bp
