// cuBLAS as a yardstick: loaded at run time where it is installed, and only here.
#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "probes/driver/gpu.h"

namespace bp::bench {

struct CublasRate {
  std::optional<double> rate;  // operations per second (multiply and add as two)
  std::string by;              // "libcublas.so.12, 8192 x 8192 x 8192"
  std::string absent;          // why there is no rate
};

/// The median rate of a matrix product in bf16, sums in fp32. Throws as launches do.
CublasRate cublas_rate(const Gpu& gpu, std::chrono::milliseconds timeout);

}  // namespace bp::bench
