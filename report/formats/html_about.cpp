// What the report was made with and where, and how to read it.
#include <array>

#include "report/formats/html_environment.h"
#include "report/formats/html_parts.h"
#include "report/formats/html_sections.h"
#include "report/formats/rates.h"

namespace bp {

using html::el;
using html::Node;

namespace {

Node row(std::string name, std::string value) {
  return el("div", {el("dt", {std::move(name)}), el("dd", {std::move(value)})});
}

template <typename Enum, std::size_t count>
Node legend(const std::array<Enum, count>& values) {
  Node list = el("dl", {{"class", "legend"}}, {});
  for (const Enum value : values) {
    Node term = el("dt", {});
    if constexpr (std::is_same_v<Enum, EvidenceKind>) {
      term.add(el("strong", {std::string(to_string(value))}));
    } else {
      term.add(badge(value));
    }
    list.add(std::move(term));
    list.add(el("dd", {std::string(meaning(value))}));
  }
  return list;
}

}  // namespace

std::vector<Node> environment_content(const Report& report) {
  const DriverFacts& driver = report.driver;
  const auto known = [](const std::string& text) {
    return text.empty() ? std::string("not known") : text;
  };
  Node facts = el(
      "dl", {{"class", "facts"}},
      {row("tool", "blackwell-probe " + report.tool.version),
       row("commit", known(report.tool.commit)),
       row("embedded assembler", known(report.tool.toolkit)),
       row("seed", std::to_string(report.seed)),
       row("libcuda that answered", driver.library.empty() ? "none" : driver.library),
       row("driver", driver.fake ? "fake (machine " + *driver.fake + ")" : known(driver.version)),
       row("CUDA version of the driver", known(driver.cuda_version)),
       row("newest PTX it takes", driver.ptx ? to_string(*driver.ptx) : "not known")});
  for (const std::string& change : driver.changed_environment)
    facts.add(row("changed for the probes", change));
  std::vector<Node> nodes{std::move(facts)};
  nodes.push_back(environment_parts(report));
  if (report.redacted) {
    nodes.push_back(
        el("p", {{"class", "soft"}},
           {"Host name, UUIDs, serial numbers, PCI addresses and home folders were left out; "
            "--identify keeps them."}));
  }
  if (!report.log.empty()) {
    Node log = el("ol", {{"class", "log"}}, {});
    for (const std::string& line : report.log) log.add(el("li", {line}));
    nodes.push_back(el("h3", {"Log of the worker processes"}));
    nodes.push_back(std::move(log));
  }
  return nodes;
}

std::vector<Node> reading_content(const Report&) {
  using enum Verdict;
  using enum Status;
  using enum EvidenceKind;
  return {
      el("p", {"A statement holds as far as its evidence goes. Each one lists all of it: who said "
               "so, in which version, for which target, and the message or figure. From weak to "
               "strong:"}),
      legend(std::array{inferred, declared, assembled, simulated, loaded, launched, verified,
                        counted}),
      el("h3", {"Status of a feature"}),
      legend(std::array{supported, emulated, unsupported, wrong_result, crashed, timed_out, blocked,
                        not_run, assembles, refused}),
      el("h3", {"Verdict on a backend"}),
      legend(std::array{runs, no_hardware, no_dispatch, not_built, at_risk, Verdict::unknown}),
      el("p", {"A feature shows its strongest evidence, a backend the weakest among its needs."}),
      el("p", {std::string(peak_words_meaning())})};
}

}  // namespace bp
