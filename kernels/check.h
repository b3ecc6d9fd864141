// What all kernel checks share: how their end becomes a result.
#pragma once

#include <functional>
#include <string>

#include "kernels/kernel.h"

namespace bp {

/// Thrown by a check whose output is wrong.
struct WrongOutput : std::exception {
  explicit WrongOutput(Reason r) : reason(std::move(r)) {}
  const char* what() const noexcept override { return reason.sentence.c_str(); }
  Reason reason;
};

/// "driver 580.159.04", for `Evidence::by`; by its CUDA version where the kernel module does not
/// say.
std::string driver_name(const Gpu& gpu);

/// Runs `decide`, which adds evidence and figures, and gives the result its status: supported if it
/// returns; else wrong_result, timed_out, crashed or blocked with the reason of what was thrown.
KernelResult run_check(const Gpu& gpu, std::string_view id, std::string_view operation,
                       std::string_view path, const std::function<void(KernelResult&)>& decide);

}  // namespace bp
