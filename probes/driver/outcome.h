// How trouble with one item is reported, and who is named as its witness. Used by the checks of
// kernels and by surveys.
#pragma once

#include <exception>
#include <string>
#include <utility>

#include "probes/driver/gpu.h"
#include "probes/registry/evidence.h"

namespace bp {

/// Thrown by a check whose output is wrong.
struct WrongOutput : std::exception {
  explicit WrongOutput(Reason r) : reason(std::move(r)) {}
  const char* what() const noexcept override { return reason.sentence.c_str(); }
  Reason reason;
};

/// "driver 580.159.04", for `Evidence::by`; by its CUDA version where the kernel module does not
/// say.
std::string driver_name(const Driver& driver);

/// A status, with the reason for it.
struct BadEnd {
  Status status;
  Reason reason;
};

/// What the exception being handled says of the item that threw it: wrong_result, timed_out,
/// crashed (a sticky error) or blocked. Rethrows what is none of WrongOutput, LaunchTimeout,
/// DriverError.
BadEnd current_bad_end();

}  // namespace bp
