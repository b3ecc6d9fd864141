// Rates in report.html: a table, with a bar of the share of the peak. The bar says nothing that the
// words beside it do not say.
#include "report/evaluate/rates.h"
#include "report/formats/html_parts.h"
#include "report/formats/rates.h"

namespace bp {

using html::el;
using html::Node;

namespace {

Node row_of(const RateResult& rate, ComputeCapability cc) {
  Node head = el("th", {{"scope", "row"}}, {el("code", {rate.feature})});
  Node figure =
      el("td", {{"data-label", "rate"}},
         {figure_text(rate.operations, ""), " ", el("small", {std::string(to_string(rate.kind))})});
  Node share = el("td", {{"data-label", "of the peak"}}, {});
  if (const auto part = share_of_peak(rate)) {
    const std::string text = "of " + figure_text(*rate.peak, "") + ": " + peak_text(rate, cc);
    share.add(text);
    share.add(
        share_bar(*part, rate.feature + ", " + figure_text(rate.operations, "") + " " + text));
  } else {
    share.add(el("span", {{"class", "soft"}}, {peak_text(rate, cc)}));
  }
  Node about = el("td", {{"data-label", "source and notes"}}, {});
  if (!rate.peak_source.empty()) {
    std::string source = "inferred, from a table: " + rate.peak_source;
    if (rate.peak_quality) source += " (" + std::string(to_string(*rate.peak_quality)) + ")";
    about.add(el("small", {source}));
  }
  for (const std::string& note : rate.notes) about.add(el("small", {note + "."}));
  return el("tr", {std::move(head), std::move(figure), std::move(share), std::move(about)});
}

}  // namespace

Node rates_section(const Report& report, const GpuReport& gpu) {
  Node section = el("div", {});
  if (gpu.rates.empty()) {
    section.add(el("p", {{"class", "soft"}}, {"No rate was counted on this GPU."}));
    return section;
  }
  for (const std::string& line : about_rates(report, gpu)) section.add(el("p", {line}));
  std::vector<Node> rows;
  for (const RateResult& rate : gpu.rates) rows.push_back(row_of(rate, gpu.facts.cc));
  section.add(el(
      "div", {{"class", "scroll"}},
      {el("table", {{"class", "stack rates"}},
          {el("caption", {"Operations per clock and SM, " + gpu.facts.name}),
           el("thead", {el("tr", {el("th", {{"scope", "col"}}, {"Feature"}),
                                  el("th", {{"scope", "col"}}, {"Rate, counted"}),
                                  el("th", {{"scope", "col"}}, {"Of the peak"}),
                                  el("th", {{"scope", "col"}}, {"Source of the peak, notes"})})}),
           el("tbody", rows)})}));
  return section;
}

}  // namespace bp
