// Google Benchmark, asked for one figure at a time.
#pragma once

#include <functional>
#include <string>

#include "probes/registry/bench.h"

namespace bp::bench {

/// Calls `next`, which gives the seconds of one iteration, until Google Benchmark has seen enough
/// for iterations of `least_seconds` in all. What `next` throws comes out here. Prints nothing.
BenchTime timed(const std::string& name, double least_seconds, const std::function<double()>& next);

}  // namespace bp::bench
