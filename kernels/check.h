// What all kernel checks share: how their end becomes a result.
#pragma once

#include <functional>
#include <string>

#include "kernels/kernel.h"
#include "probes/driver/outcome.h"

namespace bp {

/// Runs `decide`, which adds evidence and figures, and gives the result its status: supported if it
/// returns; else wrong_result, timed_out, crashed or blocked with the reason of what was thrown.
KernelResult run_check(const Gpu& gpu, std::string_view id, std::string_view operation,
                       std::string_view path, const std::function<void(KernelResult&)>& decide);

/// Adds the figures of kernel.time to a result of its check that supports it. What goes wrong there
/// replaces the status, except that too little free memory only leaves the figures out; so does a
/// fake driver, whose GPU is the host.
void add_times(const Gpu& gpu, const Kernel& kernel, std::chrono::milliseconds timeout,
               KernelResult& result);

}  // namespace bp
