// Literal test data: reports written by hand for the tests of formats. Not recorded on any machine.
// Messages have the form that the driver and ptxas give; figures are made up.
#pragma once

#include "report/model/report.h"

namespace bp::sample {

/// An H200: wgmma counted, e4m3 mma.sync emulated, tcgen05 refused with its positive control.
Report h200();
/// No GPU: two targets, expected.
Report offline();
/// A fake driver, a GPU that could not be opened, a worker that crashed, tools injected.
Report troubled();

/// Of `bench` on an H200: rows of every kind. In sample_bench.cpp.
Report bench();

}  // namespace bp::sample
