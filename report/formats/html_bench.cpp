// What `bench` measured, in report.html: a table for each kernel, with a bar of the share of the
// roofline. The bar says nothing that the words beside it do not say.
#include "report/evaluate/bench.h"
#include "report/formats/bench.h"
#include "report/formats/html_parts.h"
#include "report/formats/html_sections.h"

namespace bp {

using html::el;
using html::Node;

namespace {

Node bench_row(const BenchReport& bench, const BenchRow& row) {
  Node line = el("tr", {el("th", {{"scope", "row"}}, {el("code", {row.shape})})});
  const std::string note = bench_note(row);
  if (!row.time) {
    line.add(el("td", {{"data-label", bench_columns[1]}}, {row.tuning}));
    line.add(el("td", {{"colspan", std::to_string(bench_columns.size() - 2)}},
                {badge(row.status), " ", note}));
    return line;
  }
  const auto cells = bench_cells(bench, row);
  const BenchShares shares = shares_of(bench, row);
  for (std::size_t i = 1; i < cells.size(); ++i) {
    Node cell = el("td", {{"data-label", bench_columns[i]}}, {cells[i]});
    if (i + 1 == cells.size()) {
      if (shares.of_roofline)
        cell.add(share_bar(*shares.of_roofline, row.shape + ", " + row.tuning + ": " + cells[i]));
      if (!note.empty()) cell.add(el("small", {note}));
    }
    line.add(std::move(cell));
  }
  return line;
}

Node bench_table(const BenchReport& bench, const BenchKernel& kernel) {
  std::vector<Node> heads;
  for (const std::string_view column : bench_columns)
    heads.push_back(el("th", {{"scope", "col"}}, {column}));
  std::vector<Node> rows;
  for (const BenchRow* row : kernel.rows) rows.push_back(bench_row(bench, *row));
  return el("table", {{"class", "stack bench"}},
            {el("caption", {el("code", {kernel.id})}), el("thead", {el("tr", heads)}),
             el("tbody", rows)});
}

}  // namespace

Node bench_section(const GpuReport& gpu) {
  Node section = el("div", {});
  for (const std::string& line : about_bench(gpu.bench)) section.add(el("p", {line}));
  Node yardsticks = el("dl", {});
  for (const BenchYardstick& yardstick : gpu.bench.yardsticks) {
    yardsticks.add(el("dt", {el("code", {yardstick.id})}));
    yardsticks.add(el("dd", {yardstick_text(yardstick)}));
  }
  section.add(std::move(yardsticks));
  for (const BenchKernel& kernel : by_kernel(gpu.bench)) {
    section.add(scroll_box("Speed of " + std::string(kernel.id) + ", " + gpu_title(gpu.facts),
                           bench_table(gpu.bench, kernel)));
  }
  return section;
}

std::vector<Node> bench_content(const Report& report) {
  std::vector<Node> nodes;
  for (const GpuReport& gpu : report.gpus) {
    if (gpu.bench.empty()) continue;
    if (report.gpus.size() > 1) nodes.push_back(el("h3", {gpu_title(gpu.facts)}));
    nodes.push_back(bench_section(gpu));
  }
  return nodes;
}

}  // namespace bp
