// report.html: one file without any request, whole without JavaScript.
#include "report/formats/html.h"

#include <algorithm>
#include <array>

#include "report/formats/html_parts.h"
#include "report/formats/html_script.h"
#include "report/formats/html_sections.h"
#include "report/formats/html_style.h"

namespace bp {
namespace {

using html::el;
using html::Node;

enum class Filter : bool { no, yes };

struct PageSection {
  std::string_view id;
  std::string_view link;  // in the navigation
  std::string_view title;
  std::vector<Node> (*content)(const Report&);
  Filter filter = Filter::no;  // long lists, which the script can narrow
};

/// In the order of the page. One without content is left out.
constexpr auto page_sections = std::to_array<PageSection>({
    {"verdict", "Verdict", "What you can run", verdict_content},
    {"bench", "Speed", "Speed of the reference kernels", bench_content},
    {"gpus", "GPUs", "GPUs", gpus_content},
    {"backends", "Backends", "Backends by operation", backends_content, Filter::yes},
    {"selectors", "Selectors", "What selectors would choose", selectors_content, Filter::yes},
    {"features", "Features", "Features by family", features_content, Filter::yes},
    {"targets", "Targets", "Targets not in hand (expected)", targets_content, Filter::yes},
    {"matrix", "Matrix", "Offline matrix", matrix_content, Filter::yes},
    {"disputed", "Disputed claims", "Disputed claims", disputed_content, Filter::yes},
    {"kernels", "Kernels", "Reference kernels", kernels_content},
    {"rates", "Rates", "Rates against known peaks", rates_content},
    {"models", "Models", "Models", models_content},
    {"surveys", "Sweeps and facts", "Sweeps and facts", surveys_content},
    {"environment", "Environment", "Environment", environment_content},
    {"reading", "How to read this", "How to read this", reading_content},
});

Node section_of(const PageSection& row, const std::vector<Node>& content) {
  const std::string title = std::string(row.id) + "-title";
  const Node heading = el("h2", {{"id", title}}, {row.title});
  Node node = row.filter == Filter::yes
                  ? el("section", {{"id", row.id}, {"aria-labelledby", title}, {"data-filter", ""}},
                       {heading})
                  : el("section", {{"id", row.id}, {"aria-labelledby", title}}, {heading});
  for (const Node& child : content) node.add(child);
  return node;
}

/// "sm_120 and sm_121, expected"
std::string target_names(const Report& report) {
  const std::size_t count = report.targets.size();
  if (count == 0) return "No GPU";
  if (count > few_targets) return std::to_string(count) + " targets, expected";
  std::string text;
  for (const TargetReport& target : report.targets)
    text += (text.empty() ? "" : " and ") + target.target;
  return text + ", expected";
}

/// "2 x NVIDIA H200, NVIDIA L4"
std::string page_title(const Report& report) {
  if (report.gpus.empty()) return target_names(report);
  std::vector<std::pair<std::string, int>> names;
  for (const GpuReport& gpu : report.gpus) {
    const auto same = [&](const auto& entry) { return entry.first == gpu.facts.name; };
    const auto found = std::ranges::find_if(names, same);
    if (found == names.end()) {
      names.emplace_back(gpu.facts.name, 1);
    } else {
      ++found->second;
    }
  }
  std::string text;
  for (const auto& [name, count] : names) {
    if (!text.empty()) text += ", ";
    if (count > 1) text += std::to_string(count) + " x ";
    text += name;
  }
  return text;
}

constexpr std::string_view paper_note =
    "On paper, what is folded on the page is left out: evidence behind plain answers, all "
    "attributes of the GPUs, disputed claims that this report leaves open and who says what of the "
    "others, what serves each operation of a model, long tables of sweeps, and answers target by "
    "target. The page itself holds it all, and prints it where its box \"Unfold everything\" is "
    "ticked or a part of it is open.";

/// `links`: the entries of the navigation.
Node page_header(const Report& report, const std::vector<Node>& links) {
  Node header = el("header", {{"class", "page"}}, {el("h1", {page_title(report)})});
  header.add(el("p", {{"class", "meta"}},
                {"blackwell-probe " + report.tool.version + ", " + report.created}));
  if (!report.command.empty()) {
    header.add(el("p", {{"class", "meta"}}, {"command: ", el("code", {report.command})}));
  }
  if (const std::string shape = to_string(report.shape); !shape.empty()) {
    header.add(el("p", {{"class", "meta"}}, {"backends are judged for: ", el("strong", {shape})}));
  }
  const DriverFacts& driver = report.driver;
  if (!driver.library.empty()) {
    std::string who = "driver " + (driver.fake ? std::string("fake") : driver.version);
    if (!driver.cuda_version.empty()) who += ", CUDA " + driver.cuda_version;
    header.add(
        el("p", {{"class", "meta"}}, {who + ", answered by ", el("code", {driver.library})}));
  }
  for (const Alert& alert : alerts(report)) {
    header.add(el("div", {{"class", "alert " + css_class(alert.tone)}, {"role", "note"}},
                  {el("strong", {alert.title + ": "}), alert.text}));
  }
  header.add(el("nav", {{"aria-label", "Sections"}}, {el("ul", links)}));
  // Style alone answers this box, so it serves without the script too.
  header.add(el("p", {{"class", "unfold"}},
                {el("label", {el("input", {{"type", "checkbox"}, {"id", "unfold"}}, {}),
                              " Unfold everything, also for printing"})}));
  header.add(el("p", {{"class", "paper"}}, {paper_note}));
  return header;
}

Node page_head(const Report& report) {
  const std::string policy = "default-src 'none'; style-src '" + std::string(page_style_hash) +
                             "'; script-src '" + std::string(page_script_hash) +
                             "'; base-uri 'none'; form-action 'none'";
  return el(
      "head",
      {el("meta", {{"charset", "utf-8"}}, {}),
       el("meta", {{"http-equiv", "Content-Security-Policy"}, {"content", policy}}, {}),
       el("meta", {{"name", "viewport"}, {"content", "width=device-width, initial-scale=1"}}, {}),
       el("meta", {{"name", "referrer"}, {"content", "no-referrer"}}, {}),
       el("meta", {{"name", "color-scheme"}, {"content", "light dark"}}, {}),
       el("title", {page_title(report) + " - blackwell-probe"}), Node::style_sheet(page_style)});
}

}  // namespace

std::string serialise_html(const Report& report, const Style&) {
  std::vector<Node> links;
  Node main = el("main", {{"id", "main"}, {"tabindex", "-1"}}, {});
  for (const PageSection& row : page_sections) {
    const std::vector<Node> content = row.content(report);
    if (content.empty()) continue;
    links.push_back(el("li", {el("a", {{"href", "#" + std::string(row.id)}}, {row.link})}));
    main.add(section_of(row, content));
  }
  const Node body =
      el("body", {el("a", {{"class", "skip"}, {"href", "#main"}}, {"Skip to the verdict"}),
                  page_header(report, links), main,
                  el("footer", {"Made by blackwell-probe " + report.tool.version +
                                ". Report schema " + report.schema_version + "."}),
                  Node::script(page_script)});
  return html::document(el("html", {{"lang", "en"}}, {page_head(report), body}));
}

}  // namespace bp
