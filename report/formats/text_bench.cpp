// What `bench` measured, as a table of text.
#include <algorithm>

#include "report/formats/bench.h"
#include "report/formats/clean.h"
#include "report/formats/text_ink.h"

namespace bp {
namespace {

using Cells = std::array<std::string, bench_columns.size()>;
constexpr std::size_t first_figure = 2;  // before it words

/// Words to the left, figures to the right.
std::vector<Piece> aligned(const Cells& cells, const std::array<int, bench_columns.size()>& widths,
                           Ink ink) {
  std::vector<Piece> pieces;
  for (std::size_t i = 0; i < cells.size(); ++i) {
    const std::string cell = one_line(cells[i]);
    const int room = widths[i] - columns(cell);
    const std::string space(static_cast<std::size_t>(std::max(room, 0)), ' ');
    const bool last = i + 1 == cells.size();
    pieces.push_back({i < first_figure || last ? cell + (last ? "" : space) : space + cell, ink});
    if (!last) pieces.push_back({"  "});
  }
  return pieces;
}

/// Where the page is too narrow for a row, its shape stands above it.
void write_rows(Page& page, const BenchReport& bench, const BenchKernel& kernel) {
  Cells titles;
  for (std::size_t i = 0; i < titles.size(); ++i) titles[i] = bench_columns[i];
  std::array<int, bench_columns.size()> widths{};
  const auto widen = [&](const Cells& cells) {
    for (std::size_t i = 0; i < cells.size(); ++i)
      widths[i] = std::max(widths[i], columns(one_line(cells[i])));
  };
  widen(titles);
  for (const BenchRow* row : kernel.rows) widen(bench_cells(bench, *row));
  int wide = 2 * static_cast<int>(widths.size());  // the indent and the gaps
  for (const int width : widths) wide += width;
  const bool above = wide > page.width();
  if (above) widths[0] = columns(titles[0]);
  page.line(2, 4, aligned(titles, widths, Ink::faint));
  std::string shape;
  for (const BenchRow* row : kernel.rows) {
    if (above && row->shape != shape) page.line(2, 4, {{row->shape}});
    shape = row->shape;
    const std::string note = bench_note(*row);
    Cells cells = bench_cells(bench, *row);
    if (above) cells[0].clear();
    if (row->time) {
      page.line(2, 4, aligned(cells, widths, Ink::plain));
      if (!note.empty()) page.line(4, 6, {{note, Ink::partly}});
      continue;
    }
    page.line(
        2, 4,
        {{Page::padded(cells[0], widths[0]) + "  " + Page::padded(row->tuning, widths[1]) + "  "},
         {note, text_ink(tone(row->status))}});
  }
}

}  // namespace

void write_bench(Page& page, const GpuReport& gpu) {
  const BenchReport& bench = gpu.bench;
  if (bench.empty()) return;
  page.heading("Speed of the reference kernels on GPU " + std::to_string(gpu.facts.index));
  for (const std::string& line : about_bench(bench)) page.line(2, 2, {{line, Ink::faint}});
  for (const BenchYardstick& yardstick : bench.yardsticks) {
    page.line(2, 4,
              {{Page::padded(yardstick.id, 14)},
               {yardstick_text(yardstick), yardstick.values.empty() ? Ink::unknown : Ink::strong}});
  }
  for (const BenchKernel& kernel : by_kernel(bench)) {
    page.blank();
    page.line(0, 2, {{std::string(kernel.id), Ink::strong}});
    write_rows(page, bench, kernel);
  }
}

}  // namespace bp
