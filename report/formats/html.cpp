#include "report/formats/html.h"

#include "report/formats/html_builder.h"
#include "report/formats/html_parts.h"
#include "report/formats/html_style.h"
#include "report/formats/summary.h"

namespace bp {
namespace {

using html::el;
using html::Node;

std::string gpu_title(const GpuReport& gpu) {
  return "GPU " + std::to_string(gpu.facts.index) + ": " + gpu.facts.name;
}

Node section(std::string id, std::string title, std::vector<Node> content) {
  Node node = el("section", {{"id", id}, {"aria-labelledby", id + "-title"}},
                 {el("h2", {{"id", id + "-title"}}, {std::move(title)})});
  for (Node& child : content) node.add(std::move(child));
  return node;
}

Node tile(std::size_t count, std::string_view word) {
  return el("li", {el("b", {std::to_string(count)}), el("span", {std::string(word)})});
}

Node verdict_card(std::string title, const std::string& what, const Reason* problem,
                  const Summary& summary, std::span<const FeatureResult> features,
                  std::span<const BackendResult> backends, bool in_hand) {
  Node card = el("div", {{"class", "card"}},
                 {el("h3", {std::move(title)}), el("p", {{"class", "meta"}}, {what})});
  if (problem != nullptr) {
    card.add(el("div", {{"class", "alert broken"}}, {reason_note(*problem)}));
  }
  card.add(el("p", {{"class", "lead"}}, {summary.can_run}));
  Node tiles = el("ul", {{"class", "tiles"}}, {});
  for (const auto& [verdict, count] : counts(backends)) {
    const std::string word = verdict == Verdict::runs
                                 ? (in_hand ? "backends run" : "backends expected to run")
                                 : "backends: " + std::string(words(verdict));
    tiles.add(tile(count, word));
  }
  for (const auto& [status, count] : counts(features)) {
    tiles.add(tile(count, "features: " + std::string(words(status))));
  }
  card.add(std::move(tiles));
  Node nos = el("ul", {{"class", "nos"}}, {});
  for (const No& no : summary.nos) {
    Node line = el("li", {badge(no.status), " "});
    for (std::size_t i = 0; i < no.features.size(); ++i) {
      if (i > 0) line.add(", ");
      line.add(el("code", {no.features[i]}));
    }
    if (!no.why.empty()) line.add(el("small", {{"class", "message"}}, {no.why}));
    nos.add(std::move(line));
  }
  for (const auto& [verdict, ids] : summary.refused) {
    nos.add(
        el("li", {badge(verdict), " " + listed(ids, 3) + " ",
                  el("span", {{"class", "soft"}}, {"(" + std::string(meaning(verdict)) + ")"})}));
  }
  if (!summary.nos.empty() || !summary.refused.empty()) {
    card.add(el(
        "h4", {in_hand ? "What it cannot do, and why" : "What it is expected not to do, and why"}));
    card.add(std::move(nos));
  }
  return card;
}

Node verdict_section(const Report& report) {
  std::vector<Node> cards;
  for (const GpuReport& gpu : report.gpus) {
    std::string what = "compute capability " + to_string(gpu.facts.cc);
    if (!gpu.target.empty()) what += ", probed as " + gpu.target;
    cards.push_back(verdict_card(gpu_title(gpu), what,
                                 gpu.facts.problem ? &*gpu.facts.problem : nullptr, summarise(gpu),
                                 gpu.features, gpu.backends, true));
  }
  for (const TargetReport& target : report.targets) {
    cards.push_back(verdict_card(target.target, "expected: assembled, not executed", nullptr,
                                 summarise(target), target.features, target.backends, false));
  }
  if (cards.empty()) cards.push_back(el("p", {"This report holds no GPU and no target."}));
  return section("verdict", "What you can run", std::move(cards));
}

Node gpus_section(const Report& report) {
  std::vector<Node> cards;
  for (const GpuReport& gpu : report.gpus) {
    Node card = el("div", {{"class", "card"}}, {el("h3", {gpu_title(gpu)})});
    card.add(el("p", {{"class", "meta"}},
                {"compute capability " + to_string(gpu.facts.cc) +
                 (gpu.target.empty() ? std::string() : ", probed as " + gpu.target) +
                 (gpu.facts.uuid.empty() ? std::string() : ", " + gpu.facts.uuid) +
                 (gpu.facts.pci.empty() ? std::string() : ", PCI " + gpu.facts.pci)}));
    card.add(facts_list(gpu.facts.facts));
    cards.push_back(std::move(card));
  }
  return section("gpus", "GPUs", std::move(cards));
}

/// One part for each GPU; the GPU is named only where there are several.
template <typename Part>
std::vector<Node> per_gpu(const Report& report, Part part) {
  std::vector<Node> nodes;
  for (const GpuReport& gpu : report.gpus) {
    if (report.gpus.size() > 1) nodes.push_back(el("h3", {gpu_title(gpu)}));
    nodes.push_back(part(gpu));
  }
  return nodes;
}

Node targets_section(const Report& report) {
  std::vector<Node> nodes{
      el("p",
         {"Expected, not measured: ✓ means that an assembler accepts the feature for the target, ✗ "
          "that it "
          "refuses it. A letter after the mark names the form of the target that is needed: a for "
          "architecture-specific (sm_121a), f for family-specific (sm_121f)."}),
      features_grid(report.targets), backends_grid(report.targets)};
  for (const TargetReport& target : report.targets) {
    nodes.push_back(el("details", {el("summary", {"All evidence and reasons for " + target.target}),
                                   el("h3", {target.target + ": backends, expected"}),
                                   backends_section(target.backends),
                                   el("h3", {target.target + ": features, as assembled"}),
                                   features_section(target.features)}));
  }
  return section("targets", "Targets not in hand (expected)", std::move(nodes));
}

Node disputed_section(const Report& report) {
  std::vector<Node> cards{el(
      "p",
      {"What public documents say in different ways, answered from the evidence of this report."})};
  for (const DisputedFact& fact : report.disputed) {
    cards.push_back(
        el("div", {{"class", "card keep"}},
           {el("h3", {fact.claim}),
            el("p", {badge(tone(fact.outcome), to_string(fact.outcome)), " ", fact.finding}),
            el("p", {{"class", "meta"}}, {el("code", {fact.id})}),
            evidence_details(fact.evidence, false)}));
  }
  return section("disputed", "Disputed facts", std::move(cards));
}

Node row(std::string name, std::string value) {
  return el("div", {el("dt", {std::move(name)}), el("dd", {std::move(value)})});
}

Node environment_section(const Report& report) {
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
  if (!report.environment.empty()) nodes.push_back(facts_list(report.environment));
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
  return section("environment", "Environment", std::move(nodes));
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

Node reading_section() {
  using enum Verdict;
  using enum Status;
  using enum EvidenceKind;
  return section(
      "reading", "How to read this",
      {el("p", {"A statement holds as far as its evidence goes. Each one lists all of it: who said "
                "so, in which "
                "version, for which target, and the message or figure. From weak to strong:"}),
       legend(std::array{inferred, declared, assembled, simulated, loaded, launched, verified,
                         counted}),
       el("h3", {"Status of a feature"}),
       legend(std::array{supported, emulated, unsupported, wrong_result, crashed, timed_out,
                         blocked, not_run, assembles, refused}),
       el("h3", {"Verdict on a backend"}),
       legend(std::array{runs, no_hardware, no_dispatch, not_built, at_risk, Verdict::unknown}),
       el("p",
          {"A feature shows its strongest evidence, a backend the weakest among its needs."})});
}

struct Link {
  std::string id;
  std::string title;
};

Node page_header(const Report& report, const std::vector<Link>& links) {
  std::string names;
  for (const GpuReport& gpu : report.gpus) names += (names.empty() ? "" : ", ") + gpu.facts.name;
  if (report.gpus.empty()) names = "offline report";
  Node header = el("header", {{"class", "page"}}, {el("h1", {names})});
  std::string meta = "blackwell-probe " + report.tool.version + ", " + report.created;
  if (!report.command.empty()) meta += ", " + report.command;
  header.add(el("p", {{"class", "meta"}}, {meta}));
  const DriverFacts& driver = report.driver;
  if (!driver.library.empty()) {
    header.add(el("p", {{"class", "meta"}},
                  {"driver " + (driver.fake ? std::string("fake") : driver.version) + ", CUDA " +
                       driver.cuda_version + ", answered by ",
                   el("code", {driver.library})}));
  }
  for (const Alert& alert : alerts(report)) {
    header.add(el("div", {{"class", "alert " + css_class(alert.tone)}, {"role", "note"}},
                  {el("strong", {alert.title + ": "}), alert.text}));
  }
  Node list = el("ul", {});
  for (const Link& link : links) {
    list.add(el("li", {el("a", {{"href", "#" + link.id}}, {link.title})}));
  }
  header.add(el("nav", {{"aria-label", "Sections"}}, {std::move(list)}));
  return header;
}

}  // namespace

std::string serialise_html(const Report& report, const Style&) {
  std::vector<Link> links;
  Node main = el("main", {});
  const auto add = [&](std::string id, std::string link, Node node) {
    links.push_back({std::move(id), std::move(link)});
    main.add(std::move(node));
  };
  add("verdict", "Verdict", verdict_section(report));
  if (!report.gpus.empty()) {
    add("gpus", "GPUs", gpus_section(report));
    add("backends", "Backends",
        section("backends", "Backends by operation", per_gpu(report, [](const GpuReport& gpu) {
                  return backends_section(gpu.backends);
                })));
    add("features", "Features",
        section("features", "Features by family", per_gpu(report, [](const GpuReport& gpu) {
                  return features_section(gpu.features);
                })));
  }
  if (!report.targets.empty()) add("targets", "Targets", targets_section(report));
  if (!report.disputed.empty()) add("disputed", "Disputed facts", disputed_section(report));
  bool kernels = false;
  for (const GpuReport& gpu : report.gpus) kernels = kernels || !gpu.kernels.empty();
  if (kernels) {
    add("kernels", "Kernels",
        section("kernels", "Reference kernels", per_gpu(report, [](const GpuReport& gpu) {
                  return kernels_section(gpu.kernels);
                })));
  }
  if (!report.matrix.empty()) {
    add("matrix", "Matrix",
        section("matrix", "Offline matrix",
                {el("p", {"Features and targets as assembled at build time, by feature. Nothing "
                          "was executed."}),
                 matrix_section(report.matrix)}));
  }
  add("environment", "Environment", environment_section(report));
  add("reading", "How to read this", reading_section());

  std::string title = "blackwell-probe";
  for (const GpuReport& gpu : report.gpus) title += ", " + gpu.facts.name;
  const Node head = el(
      "head",
      {el("meta", {{"charset", "utf-8"}}, {}),
       el("meta",
          {{"http-equiv", "Content-Security-Policy"},
           {"content", "default-src 'none'; style-src 'unsafe-inline'"}},
          {}),
       el("meta", {{"name", "viewport"}, {"content", "width=device-width, initial-scale=1"}}, {}),
       el("meta", {{"name", "referrer"}, {"content", "no-referrer"}}, {}),
       el("meta", {{"name", "color-scheme"}, {"content", "light dark"}}, {}), el("title", {title}),
       Node::style_sheet(page_style)});
  const Node body = el("body", {page_header(report, links), std::move(main),
                                el("footer", {"Made by blackwell-probe " + report.tool.version +
                                              ". Report schema " + report.schema_version + "."})});
  return html::document(el("html", {{"lang", "en"}}, {head, body}));
}

}  // namespace bp
