// Rates as text.
#include <algorithm>

#include "report/evaluate/rates.h"
#include "report/formats/clean.h"
#include "report/formats/rates.h"
#include "report/formats/summary.h"

namespace bp {

void write_rates(Page& page, const Report& report, const GpuReport& gpu) {
  if (gpu.rates.empty()) return;
  page.heading("Rates against known peaks on GPU " + std::to_string(gpu.facts.index));
  for (const std::string& line : about_rates(report, gpu)) page.line(2, 2, {{line}});
  int widest = 0;
  for (const RateResult& rate : gpu.rates)
    widest = std::max(widest, columns(one_line(rate.feature)));
  widest = std::min(widest, page.width() / 3);
  for (const RateResult& rate : gpu.rates) {
    std::string figure = figure_text(rate.operations, "");
    if (rate.peak) figure += " of " + figure_text(*rate.peak, "");
    page.line(2, 6,
              {{Page::padded(rate.feature, widest)},
               {"  " + figure + " " + std::string(rate_unit), Ink::strong},
               {" (" + peak_text(rate, gpu.facts.cc) + ")", rate.peak ? Ink::plain : Ink::unknown},
               {"  [" + std::string(to_string(rate.kind)) + "]", Ink::faint}});
    if (!rate.peak_source.empty()) {
      std::string source = "peak inferred, from a table: " + rate.peak_source;
      if (rate.peak_quality) source += " (" + std::string(to_string(*rate.peak_quality)) + ")";
      page.line(6, 8, {{source, Ink::faint}});
    }
    for (const std::string& note : rate.notes) page.line(6, 8, {{note}});
  }
}

std::string_view peak_words_meaning() {
  return "A published peak is the maker's own figure, also where others repeat it; an estimated "
         "one was calculated from such a figure, or is the best explanation of others; a measured "
         "one was measured by others; an unverified one stands on secondary pages alone.";
}

}  // namespace bp
