// What `bench` measured, for the formats that people read.
#pragma once

#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "report/formats/html_builder.h"
#include "report/formats/text_page.h"
#include "report/model/report.h"

namespace bp {

/// Of a table of rows of one kernel.
inline constexpr std::array<std::string_view, 9> bench_columns{
    "shape", "tuning", "time", "fallback", "GB/s", "copy", "TFLOP/s", "rate", "bound"};
/// Of a row that was timed; a cell that cannot be known is empty.
std::array<std::string, bench_columns.size()> bench_cells(const BenchReport& bench,
                                                          const BenchRow& row);
/// What holds against a row or why there is no time; empty: nothing.
std::string bench_note(const BenchRow& row);
/// "copy", "4284 GB/s, then 4270 GB/s", or why it is not there.
std::string yardstick_text(const BenchYardstick& yardstick);
/// What is to be known to read the rows of a GPU, one sentence each.
std::vector<std::string> about_bench(const BenchReport& bench);

/// The rows of one kernel, in their order.
struct BenchKernel {
  std::string_view id;
  std::vector<const BenchRow*> rows;
};
std::vector<BenchKernel> by_kernel(const BenchReport& bench);

/// Nothing where the GPU has none.
void write_bench(Page& page, const GpuReport& gpu);
html::Node bench_section(const GpuReport& gpu);

}  // namespace bp
