// JSON of what `bench` measures: on the worker's pipe, and in report.json.
#pragma once

#include "probes/registry/bench.h"
#include "probes/registry/codec.h"

namespace bp {

Json encode(const BenchRow& row);
Json encode(const BenchYardstick& yardstick);
BenchRow decode_bench_row(const Json& json);
BenchYardstick decode_bench_yardstick(const Json& json);

}  // namespace bp
