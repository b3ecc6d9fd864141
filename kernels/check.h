// What all kernel checks share: what they say as they go on, and how their end becomes a result.
#pragma once

#include <functional>
#include <span>
#include <string>

#include "kernels/kernel.h"
#include "kernels/reference/compare.h"
#include "probes/driver/outcome.h"
#include "probes/image/image.h"

namespace bp {

/// Throws WrongOutput ("wrong_value") if an output is not what it should be: "SHAPE, NAME: ...".
void expect_equal(const std::string& shape, const std::string& name, std::span<const double> actual,
                  std::span<const double> expected, const CompareLimits& limits);

/// Evidence and figures of one check, added as it goes on.
class CheckRecord {
 public:
  CheckRecord(const Gpu& gpu, KernelResult& result) : gpu_(gpu), result_(result) {}
  void loaded(const ModuleImage& image);
  /// After the first launch that ended; later calls do nothing.
  void launched();
  /// As the function above; what it saw becomes the figures {NAME}_max_abs_error and, where the
  /// limits look at it, {NAME}_cos_diff: the largest of the whole check. `name` is one word; of
  /// "out" the figures have no prefix.
  void expect_equal(const std::string& shape, const std::string& name,
                    std::span<const double> actual, std::span<const double> expected,
                    const CompareLimits& limits);
  /// The end: every comparison held. `fault`: what was planted, and caught.
  void verified(const std::string& fault);

 private:
  void add(EvidenceKind kind, std::string text);
  void raise(const std::string& name, double value);
  const Gpu& gpu_;
  KernelResult& result_;
  std::string target_;
  bool launched_ = false;
  std::size_t values_ = 0;
};

/// Runs `decide`, which adds evidence and figures, and gives the result its status: supported if it
/// returns; else wrong_result, timed_out, crashed or blocked with the reason of what was thrown.
/// Where the GPU is older than `smallest` it is not run: need_missing.
KernelResult run_check(const Gpu& gpu, const Kernel& kernel, ComputeCapability smallest,
                       const std::function<void(CheckRecord&)>& decide);

/// Throws WrongOutput ("fault_not_caught") unless a comparison told a planted fault.
void expect_caught(bool caught, const std::string& fault);

/// Adds the figures of kernel.time to a result of its check that supports it. What goes wrong there
/// replaces the status, except that too little free memory only leaves the figures out; so does a
/// fake driver, whose GPU is the host.
void add_times(const Gpu& gpu, const Kernel& kernel, std::chrono::milliseconds timeout,
               KernelResult& result);

}  // namespace bp
