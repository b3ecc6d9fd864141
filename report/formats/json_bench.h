// What `bench` measured, in report.json.
#pragma once

#include "probes/registry/codec_bench.h"

namespace bp {

/// With what follows from it, rounded: calculated anew when it is read.
Json encode(const BenchReport& bench);
BenchReport decode_bench(const Json& json);

}  // namespace bp
