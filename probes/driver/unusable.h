// The exception for a GPU that cannot be opened. Free of CUDA, for callers that know no driver.
#pragma once

#include <exception>
#include <utility>

#include "probes/registry/evidence.h"

namespace bp {

/// The reason holds for every item of the GPU.
struct Unusable : std::exception {
  explicit Unusable(Reason r) : reason(std::move(r)) {}
  const char* what() const noexcept override { return reason.sentence.c_str(); }
  Reason reason;
};

}  // namespace bp
