// Launches whose refusal is an answer.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <type_traits>
#include <vector>

#include "probes/survey/survey.h"

namespace bp {

/// A row of CTAs, in clusters of so many.
inline LaunchShape shape(unsigned ctas, unsigned threads, unsigned shared_bytes = 0,
                         unsigned cluster = 1) {
  LaunchShape made;
  made.grid.x = ctas;
  made.block.x = threads;
  made.cluster.x = cluster;
  made.dynamic_shared_bytes = shared_bytes;
  return made;
}

/// Launches without waiting. The driver's name of the error where it refuses.
template <typename... Parameters>
std::optional<std::string> start(const Gpu& gpu, CUfunction function, const LaunchShape& shape,
                                 Parameters... parameters) {
  std::array<void*, sizeof...(Parameters)> addresses{&parameters...};
  try {
    launch(gpu, function, shape, addresses.data());
  } catch (const DriverError& error) {
    if (error.sticky()) throw;
    return error.name;
  }
  return std::nullopt;
}

/// Launches and waits. The driver's name of the error where it refuses the launch; throws as
/// Gpu::check and Gpu::wait do where the trouble is another one.
template <typename... Parameters>
std::optional<std::string> try_launch(SurveyRun& run, const Gpu& gpu, CUfunction function,
                                      const LaunchShape& shape, Parameters... parameters) {
  const auto refused = start(gpu, function, shape, parameters...);
  if (!refused) run.wait(gpu);
  return refused;
}

/// As try_launch, for a launch that nothing is known to refuse: DriverError where it is.
template <typename... Parameters>
void launch_and_wait(SurveyRun& run, const Gpu& gpu, CUfunction function, const LaunchShape& shape,
                     Parameters... parameters) {
  std::array<void*, sizeof...(Parameters)> addresses{&parameters...};
  launch(gpu, function, shape, addresses.data());
  run.wait(gpu);
}

template <typename T>
std::vector<T> download(const DeviceBuffer& buffer, std::size_t count) {
  static_assert(std::is_trivially_copyable_v<T>);
  std::vector<T> items(count);
  buffer.download({reinterpret_cast<std::uint8_t*>(items.data()), count * sizeof(T)});
  return items;
}

}  // namespace bp
