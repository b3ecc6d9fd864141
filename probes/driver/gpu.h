// RAII over the driver table: an open GPU, buffers, modules, guarded launches. Used by the engine
// and by kernels/.
#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <span>
#include <stdexcept>
#include <string>
#include <vector>

#include "probes/driver/driver_api.h"
#include "probes/driver/unusable.h"
#include "probes/features/probe.h"

namespace bp {

/// A driver call failed. `sticky` errors (illegal address, launch failure, ...) poison the process.
struct DriverError : std::runtime_error {
  DriverError(CUresult code, std::string name, const std::string& what);
  CUresult code;
  std::string name;  // "CUDA_ERROR_ILLEGAL_ADDRESS"
  std::string log;   // of the driver's assembler, when a module was refused
  bool sticky() const;
};

/// A launch did not end in time. The process must be given up: the GPU may still be busy.
struct LaunchTimeout : std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// Primary context of one device plus one stream. Throws Unusable.
class Gpu {
 public:
  Gpu(const Driver& driver, int ordinal);
  ~Gpu();
  Gpu(const Gpu&) = delete;

  const Driver& driver() const { return driver_; }
  const DriverApi& api() const { return driver_.api; }
  ComputeCapability cc() const { return cc_; }
  CUdevice device() const { return device_; }
  CUcontext context() const { return context_; }
  CUstream stream() const { return stream_; }
  int attribute(CUdevice_attribute attribute) const;  // throws DriverError
  /// Binds the context to the calling thread (needed once on every further thread).
  void bind() const;
  void check(CUresult result, const char* call) const;  // throws DriverError
  /// Waits for the stream, looking at the clock; throws LaunchTimeout, DriverError.
  void wait(std::chrono::milliseconds limit) const;
  /// A launch hangs or a sticky error came: nothing may be freed any more, as that could wait for
  /// ever.
  bool lost() const { return lost_.load(std::memory_order_relaxed); }

 private:
  const Driver& driver_;
  CUdevice device_ = 0;
  CUcontext context_ = nullptr;
  CUstream stream_ = nullptr;
  ComputeCapability cc_;
  mutable std::atomic<bool> lost_ = false;
};

class DeviceBuffer {
 public:
  DeviceBuffer(const Gpu& gpu, std::size_t bytes);
  ~DeviceBuffer();
  DeviceBuffer(const DeviceBuffer&) = delete;
  CUdeviceptr address() const { return address_; }
  std::size_t size() const { return size_; }
  void fill(std::uint8_t value);
  void upload(std::span<const std::uint8_t> bytes, std::size_t offset = 0);
  void download(std::span<std::uint8_t> bytes,
                std::size_t offset = 0) const;  // waits (60 s at most)

 private:
  const Gpu& gpu_;
  CUdeviceptr address_ = 0;
  std::size_t size_ = 0;
};

/// A loaded image: a cubin, or PTX text with its terminating zero. Throws DriverError with the log.
class Module {
 public:
  Module(const Gpu& gpu, std::span<const std::uint8_t> image);
  ~Module();
  Module(const Module&) = delete;
  CUfunction function(const char* name) const;

 private:
  const Gpu& gpu_;
  CUmodule module_ = nullptr;
};

/// One asynchronous launch on the GPU's stream. `launch_index` > 0 gets the programmatic-dependent
/// attribute where the shape asks for it. Raises the dynamic shared memory limit first if needed.
void launch(const Gpu& gpu, CUfunction function, const LaunchShape& shape, void** parameters,
            unsigned launch_index = 0);

}  // namespace bp
