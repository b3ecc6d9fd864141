// What `bench` measured, folded.
#include "report/formats/bench.h"
#include "report/formats/markdown_parts.h"
#include "report/formats/markdown_text.h"

namespace bp::md {

std::vector<Section> bench_of(const GpuReport& gpu, const std::string& name) {
  const BenchReport& bench = gpu.bench;
  Section yardsticks =
      folded(features, "Yardsticks of " + name, "", table_head({"yardstick", "measured"}));
  for (const BenchYardstick& yardstick : bench.yardsticks)
    yardsticks.rows.push_back(row({code(yardstick.id), text(yardstick_text(yardstick), 200)}));
  Section table = folded(features, "Speed of the reference kernels on " + name,
                         std::to_string(bench.rows.size()),
                         table_head({"kernel", "shape", "tuning", "time", "fallback", "GB/s",
                                     "copy", "TFLOP/s", "rate", "bound", "notes"}));
  for (const BenchRow& item : bench.rows) {
    std::vector<std::string> cells{code(item.kernel)};
    const auto figures = bench_cells(bench, item);
    cells.push_back(code(figures[0]));
    for (std::size_t i = 1; i < figures.size(); ++i) cells.push_back(text(figures[i], 40));
    cells.push_back(text(bench_note(item), 200));
    table.rows.push_back(row(cells));
  }
  return {std::move(yardsticks), std::move(table)};
}

}  // namespace bp::md
