// Memory of the host that is registered with the driver, for as long as this lives.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>

#include "probes/survey/touch.h"

namespace bp {

class Registered {
 public:
  /// Throws Absent where the driver says that it cannot, DriverError where it refuses.
  Registered(SurveyRun& run, std::size_t bytes);
  std::span<std::uint32_t> words() { return {host_.get(), bytes_ / sizeof(std::uint32_t)}; }
  CUdeviceptr address() const { return address_; }

 private:
  struct Free {
    void operator()(std::uint32_t* memory) const { std::free(memory); }
  };
  std::size_t bytes_;
  std::unique_ptr<std::uint32_t, Free> host_;
  CUdeviceptr address_ = 0;
  std::optional<Undo> undo_;
};

}  // namespace bp
