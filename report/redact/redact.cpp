#include "report/redact/redact.h"

#include <algorithm>
#include <array>
#include <functional>
#include <utility>

#include "report/redact/patterns.h"

namespace bp {
namespace {

constexpr std::string_view left_out =
    "left out because it identifies the machine (--identify keeps it)";

/// Facts whose value identifies a machine, a part of it, or a person.
bool identifies(std::string_view key) {
  const auto holds = [&](std::string_view part) {
    return key.find(part) != std::string_view::npos;
  };
  if (holds("pci") && !holds("pcie")) return true;
  static constexpr auto parts = std::to_array<std::string_view>(
      {"uuid", "serial", "host_name", "hostname", "node_name", "user_name", "username", "login",
       "home_", "mac_address", "ip_address", "machine_id", "board_id", "container_id", "bus_id"});
  return std::ranges::any_of(parts, holds);
}

/// Names that tell nothing of a person or machine; taking them out would take words out of
/// sentences.
bool is_common(std::string_view name) {
  static constexpr auto names =
      std::to_array<std::string_view>({"root", "user", "nobody", "localhost", "docker", "cuda",
                                       "nvidia", "gpu", "driver", "worker"});
  return name.size() < 3 || std::ranges::find(names, name) != names.end();
}

std::string replace_shapes(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  std::size_t at = 0;
  while (at < text.size()) {
    const std::string_view before = text.substr(0, at);
    const std::string_view rest = text.substr(at);
    Match match;
    for (const auto finder : {match_home, match_uuid, match_mac, match_pci, match_ip}) {
      match = finder(before, rest);
      if (match.length > 0) break;
    }
    if (match.length > 0) {
      out.append(match.instead);
      at += match.length;
    } else {
      out += text[at++];
    }
  }
  return out;
}

using Change = std::function<void(std::string&)>;

void visit(std::vector<std::string>& texts, const Change& change) {
  std::ranges::for_each(texts, change);
}

void visit(std::optional<Reason>& reason, const Change& change) {
  if (!reason) return;
  change(reason->sentence);
  change(reason->remedy);
}

void visit(std::vector<Evidence>& evidence, const Change& change) {
  for (Evidence& item : evidence) {
    change(item.by);
    change(item.target);
    change(item.text);
  }
}

void visit(FactValue& value, std::string& absent, const Change& change) {
  if (auto* text = std::get_if<std::string>(&value)) change(*text);
  change(absent);
}

void visit(std::vector<Fact>& facts, const Change& change) {
  for (Fact& fact : facts) {
    visit(fact.value, fact.absent, change);
    change(fact.by);
  }
}

void visit(SurveyResult& survey, const Change& change) {
  visit(survey.reason, change);
  visit(survey.evidence, change);
  for (SurveyValue& value : survey.values) {
    visit(value.value, value.absent, change);
    visit(value.invalid, change);
  }
  for (auto& row : survey.rows) {
    for (Cell& cell : row) visit(cell.value, cell.absent, change);
  }
}

void visit(std::vector<RateResult>& rates, const Change& change) {
  for (RateResult& rate : rates) {
    change(rate.peak_source);
    visit(rate.notes, change);
  }
}

void visit(GpuFacts& gpu, const Change& change) {
  change(gpu.name);
  visit(gpu.facts, change);
  visit(gpu.problem, change);
}

void visit(std::vector<BackendResult>& backends, const Change& change) {
  for (BackendResult& backend : backends) {
    change(backend.reason);
    visit(backend.notes, change);
    change(backend.versions);
    change(backend.takes);
  }
}

void visit(std::vector<SelectorResult>& selectors, const Change& change) {
  for (SelectorResult& selector : selectors) change(selector.note);
}

template <typename Result>
void visit_results(std::vector<Result>& results, const Change& change) {
  for (Result& result : results) {
    visit(result.reason, change);
    visit(result.evidence, change);
  }
}

/// Every text of the report that comes from the machine. Ids are ours and stay.
void visit(Report& report, const Change& change) {
  change(report.command);
  change(report.shape.kv_dtype);
  change(report.driver.library);
  change(report.driver.version);
  if (report.driver.fake) change(*report.driver.fake);
  visit(report.driver.changed_environment, change);
  visit(report.driver.injected_tools, change);
  visit(report.driver.problem, change);
  for (GpuFacts& gpu : report.driver.gpus) visit(gpu, change);
  visit(report.environment, change);
  visit(report.log, change);
  for (GpuReport& gpu : report.gpus) {
    visit(gpu.facts, change);
    visit_results(gpu.features, change);
    visit_results(gpu.kernels, change);
    visit(gpu.backends, change);
    visit(gpu.rates, change);
    visit(gpu.selectors, change);
  }
  for (TargetReport& target : report.targets) {
    visit_results(target.features, change);
    visit(target.backends, change);
    visit(target.selectors, change);
  }
  for (SurveyResult& survey : report.surveys) visit(survey, change);
  for (DisputedFact& fact : report.disputed) {
    change(fact.finding);
    change(fact.command);
    for (DisputedSource& source : fact.sources) {
      change(source.who);
      change(source.says);
      change(source.reference);
    }
    visit(fact.evidence, change);
  }
  for (MatrixRow& row : report.matrix) {
    change(row.toolkit);
    change(row.message);
  }
}

void take(std::string& value, std::vector<std::string>& secrets) {
  if (!value.empty()) secrets.push_back(std::exchange(value, {}));
}

void take(std::vector<Fact>& facts, std::vector<std::string>& secrets) {
  for (Fact& fact : facts) {
    if (!identifies(fact.key) || std::holds_alternative<std::monostate>(fact.value)) continue;
    // A whole number is not looked for elsewhere: "1" of a bus id stands in every other text.
    if (auto* text = std::get_if<std::string>(&fact.value)) take(*text, secrets);
    fact.value = std::monostate{};
    fact.absent = left_out;
  }
}

void take(GpuFacts& gpu, std::vector<std::string>& secrets) {
  take(gpu.uuid, secrets);
  take(gpu.pci, secrets);
  take(gpu.facts, secrets);
}

}  // namespace

std::string redact_text(std::string_view text, const Identity& identity,
                        const std::vector<std::string>& secrets) {
  std::string out(text);
  // The longest first: a home folder holds the user's name, a full host name the short one.
  if (identity.home.size() > 1) out = replace_word(out, identity.home, "~");
  for (const std::string& secret : secrets) {
    if (!is_common(secret)) out = replace_word(out, secret, "[left out]");
  }
  out = replace_shapes(out);
  if (!is_common(identity.host)) {
    out = replace_word(out, identity.host, "[host]");
    const std::string label = identity.host.substr(0, identity.host.find('.'));
    if (!is_common(label)) out = replace_word(out, label, "[host]");
  }
  if (!is_common(identity.user)) out = replace_word(out, identity.user, "[user]");
  return out;
}

Report redact(Report report, const Identity& identity) {
  std::vector<std::string> secrets;
  take(report.environment, secrets);
  for (GpuFacts& gpu : report.driver.gpus) take(gpu, secrets);
  for (GpuReport& gpu : report.gpus) take(gpu.facts, secrets);
  std::ranges::sort(secrets, std::ranges::greater{}, &std::string::size);
  visit(report, [&](std::string& text) { text = redact_text(text, identity, secrets); });
  report.redacted = true;
  return report;
}

}  // namespace bp
