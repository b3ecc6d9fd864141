// One session of CUPTI's range profiler: ranges of the user, one pass, nothing replayed.
#pragma once

#include <cstdint>
#include <span>
#include <stdexcept>
#include <string>
#include <vector>

#include "probes/counters/library.h"
#include "probes/driver/gpu.h"

namespace bp {

/// A call of CUPTI failed.
struct CuptiError : std::runtime_error {
  CuptiError(const CuptiApi& api, const char* call, CUptiResult code);
  CUptiResult code;
};

/// What the user can do about it; the call and the error's name are in the sentence.
Reason reason_of(const CuptiError& error);

/// The chip of the GPU as CUPTI calls it. Throws CuptiError, and Stop where the set-up of the GPU
/// forbids profiling.
std::string chip_of(const Cupti& cupti, const Gpu& gpu);

/// Host side: metrics of a chip as an image for the hardware. Needs no GPU.
class MetricPlan {
 public:
  /// `availability`: which counters the device in hand has; empty: all of the chip. Takes the
  /// longest beginning of `metrics` that fits in one pass. Throws CuptiError if none does.
  MetricPlan(const CuptiApi& api, const std::string& chip,
             std::span<const std::uint8_t> availability, std::span<const std::string> metrics);
  ~MetricPlan();
  MetricPlan(const MetricPlan&) = delete;

  std::size_t size() const { return names_.size(); }
  std::span<const std::uint8_t> image() const { return image_; }
  std::vector<const char*>& names() { return names_; }
  CUpti_Profiler_Host_Object* host() const { return host_; }
  /// CUPTI's own words for a metric.
  std::string description(const std::string& metric) const;

 private:
  /// Whether they are one pass.
  bool configure(const std::string& chip, std::span<const std::uint8_t> availability);

  const CuptiApi& api_;
  CUpti_Profiler_Host_Object* host_ = nullptr;
  std::vector<const char*> names_;
  std::vector<std::uint8_t> image_;
};

/// Which counters the device has at the moment.
std::vector<std::uint8_t> availability_of(const CuptiApi& api, const Gpu& gpu);

/// Target side. After a failed call nothing is put in order: the process is about to end, and CUPTI
/// has not been seen to be safe to talk to then.
class RangeSession {
 public:
  /// `ranges`: how many there will be at most. Throws CuptiError.
  RangeSession(const CuptiApi& api, const Gpu& gpu, MetricPlan& plan, std::size_t ranges);

  void push(const char* name);
  void pop();
  /// Ends the session: the metrics of each range, in the order of their push.
  std::vector<std::vector<double>> finish();

 private:
  const CuptiApi& api_;
  MetricPlan& plan_;
  CUpti_RangeProfiler_Object* profiler_ = nullptr;
  std::vector<std::uint8_t> counters_;
  std::size_t pushed_ = 0;
};

}  // namespace bp
