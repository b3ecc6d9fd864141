#include "report/formats/html.h"

#include <algorithm>
#include <array>

#include "report/formats/html_builder.h"
#include "report/formats/html_parts.h"
#include "report/formats/html_style.h"
#include "report/formats/rates.h"
#include "report/formats/summary.h"
#include "report/formats/surveys.h"

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

/// A bar of shares, and below it the same as counted words: the bar alone says nothing.
template <typename Value>
Node meter(std::string label, std::size_t total,
           const std::vector<std::pair<Value, std::size_t>>& shares) {
  Node bar = el("div", {{"class", "bar"}, {"aria-hidden", "true"}}, {});
  Node key = el("ul", {{"class", "key"}}, {});
  for (const auto& [value, count] : shares) {
    bar.add(el("span",
               {{"class", css_class(tone(value))}, {"style", "flex:" + std::to_string(count)}},
               {}));
    key.add(el("li", {badge(tone(value), counted(value, count))}));
  }
  return el("div", {{"class", "meter"}},
            {el("div", {{"class", "label"}},
                {el("span", {std::move(label)}), el("span", {std::to_string(total)})}),
             std::move(bar), std::move(key)});
}

/// What runs, operation by operation: the answer that most readers came for.
Node operations_list(const Summary& summary) {
  Node list = el("ul", {{"class", "operations"}}, {});
  for (const Running& operation : summary.operations) {
    Node line = el("li", {el("strong", {operation.title}), " ",
                          badge(operation.tone, std::to_string(operation.ids.size()) + " of " +
                                                    std::to_string(operation.known))});
    Node ids = el("small", {});
    for (std::size_t i = 0; i < operation.ids.size(); ++i) {
      if (i > 0) ids.add(", ");
      ids.add(el("code", {operation.ids[i]}));
    }
    if (!operation.ids.empty()) line.add(ids);
    list.add(line);
  }
  return list;
}

Node verdict_card(std::string title, const std::string& what, const Reason* problem,
                  const Summary& summary, std::span<const FeatureResult> features,
                  std::span<const BackendResult> backends, bool in_hand) {
  Node card = el("div", {{"class", "card"}},
                 {el("h3", {std::move(title)}), el("p", {{"class", "meta"}}, {what})});
  if (problem != nullptr) {
    card.add(el("div", {{"class", "alert broken"}}, {reason_note(*problem)}));
  }
  card.add(el("p", {{"class", "lead"}}, {el("strong", {summary.headline + "."})}));
  if (!summary.operations.empty()) card.add(operations_list(summary));
  if (!summary.kernels.empty()) card.add(el("p", {summary.kernels}));
  if (!backends.empty()) {
    card.add(meter(in_hand ? "Backends" : "Backends, expected", backends.size(), counts(backends)));
  }
  if (!features.empty()) card.add(meter("Features", features.size(), counts(features)));
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
    Node line = el("li", {badge(verdict), " "});
    for (std::size_t i = 0; i < ids.size(); ++i) {
      if (i > 0) line.add(", ");
      line.add(el("code", {ids[i]}));
    }
    line.add(el("span", {{"class", "soft"}}, {" (" + std::string(meaning(verdict)) + ")"}));
    nos.add(std::move(line));
  }
  if (summary.nos.empty() && summary.refused.empty()) return card;
  const std::string question = "What is not a plain yes, and why";
  if (in_hand) {
    card.add(el("h4", {question}));
    card.add(std::move(nos));
  } else {
    // There may be a dozen targets: the grid shows the same at a glance.
    card.add(el("details", {el("summary", {question}), std::move(nos)}));
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
  if (report.targets.size() > few_targets) cards.push_back(targets_overview(report.targets));
  for (const TargetReport& target : report.targets) {
    if (report.targets.size() > few_targets) break;
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
  return section("gpus", "Device attributes", std::move(cards));
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

std::vector<Node> backend_parts(const Report& report) {
  std::vector<Node> nodes;
  for (const GpuPart& part : merged_gpus(report.gpus)) {
    if (part.backends.empty()) continue;
    if (report.gpus.size() > 1) nodes.push_back(el("h3", {part.title}));
    nodes.push_back(backends_section(part.backends));
  }
  return nodes;
}

std::vector<Node> selector_parts(const Report& report) {
  std::vector<Node> nodes;
  for (const GpuPart& part : merged_gpus(report.gpus)) {
    if (part.selectors.empty()) continue;
    if (report.gpus.size() > 1) nodes.push_back(el("h3", {part.title}));
    nodes.push_back(selectors_section(part.selectors));
  }
  return nodes;
}

std::vector<Node> feature_parts(const Report& report) {
  std::vector<Node> nodes;
  for (const GpuPart& part : merged_gpus(report.gpus)) {
    if (part.features.empty()) continue;
    if (report.gpus.size() > 1) nodes.push_back(el("h3", {part.title}));
    nodes.push_back(features_section(part.features));
  }
  return nodes;
}

Node targets_section(const Report& report) {
  std::vector<Node> nodes{
      el("p",
         {"Expected, not measured: ✓ means that an assembler accepts the feature for the target, ~ "
          "that it accepts it but puts other instructions or a call in its place (rest the pointer "
          "on it to see which), ✗ that it refuses it. A letter after the mark names the form of "
          "the target that is needed: a for architecture-specific (sm_121a), f for "
          "family-specific (sm_121f)."}),
      features_grid(report.targets), backends_grid(report.targets)};
  nodes.push_back(el("details", {el("summary", {"All evidence and reasons, by feature"}),
                                 el("p", {{"class", "soft"}},
                                    {"TARGET in a message stands for the name of each target that "
                                     "it was said for."}),
                                 features_by_answer(report.targets)}));
  nodes.push_back(el(
      "details", {el("summary", {"All reasons, by backend"}), backends_by_answer(report.targets)}));
  if (std::ranges::any_of(report.targets,
                          [](const TargetReport& target) { return !target.selectors.empty(); })) {
    nodes.push_back(el("details", {el("summary", {"What selectors would choose"}),
                                   selectors_by_answer(report.targets)}));
  }
  return section("targets", "Targets not in hand (expected)", std::move(nodes));
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
       el("p", {"A feature shows its strongest evidence, a backend the weakest among its needs."}),
       el("p", {std::string(peak_words_meaning())})});
}

struct Link {
  std::string id;
  std::string title;
};

/// "2 x NVIDIA H200, NVIDIA L4"
std::string gpu_names(const Report& report) {
  if (report.gpus.empty()) return "Offline report";
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

Node page_header(const Report& report, const std::vector<Link>& links) {
  Node header = el("header", {{"class", "page"}}, {el("h1", {gpu_names(report)})});
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
    add("backends", "Backends",
        section("backends", "Backends by operation", backend_parts(report)));
    if (std::vector<Node> parts = selector_parts(report); !parts.empty())
      add("selectors", "Selectors",
          section("selectors", "What selectors would choose", std::move(parts)));
    add("features", "Features", section("features", "Features by family", feature_parts(report)));
  }
  if (std::ranges::any_of(report.gpus, [](const GpuReport& gpu) { return !gpu.rates.empty(); })) {
    add("rates", "Rates",
        section("rates", "Rates against known peaks",
                per_gpu(report, [&](const GpuReport& gpu) { return rates_section(report, gpu); })));
  }
  if (!report.targets.empty()) add("targets", "Targets", targets_section(report));
  bool kernels = false;
  for (const GpuReport& gpu : report.gpus) kernels = kernels || !gpu.kernels.empty();
  if (kernels) {
    add("kernels", "Kernels",
        section("kernels", "Reference kernels", per_gpu(report, [](const GpuReport& gpu) {
                  return kernels_section(gpu.kernels);
                })));
  }
  if (!survey_groups(report).empty())
    add("surveys", "Sweeps and facts",
        section("surveys", "Sweeps and facts", {surveys_section(report)}));
  if (!report.disputed.empty())
    add("disputed", "Disputed claims",
        section("disputed", "Disputed claims", {disputed_parts(report.disputed)}));
  if (!report.gpus.empty()) add("gpus", "Device attributes", gpus_section(report));
  if (!report.matrix.empty()) {
    add("matrix", "Matrix",
        section("matrix", "Offline matrix",
                {el("p", {"Features and targets as assembled at build time, by feature. Nothing "
                          "was executed. TARGET in a message stands for the name of each target "
                          "that it was said for."}),
                 matrix_section(report.matrix)}));
  }
  add("environment", "Environment", environment_section(report));
  add("reading", "How to read this", reading_section());

  const std::string title = gpu_names(report) + " - blackwell-probe";
  Node head = el(
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
  Node body = el("body", {page_header(report, links), std::move(main),
                          el("footer", {"Made by blackwell-probe " + report.tool.version +
                                        ". Report schema " + report.schema_version + "."})});
  return html::document(el("html", {{"lang", "en"}}, {std::move(head), std::move(body)}));
}

}  // namespace bp
