#include "report/redact/redact.h"

#include <algorithm>
#include <array>
#include <utility>

#include "report/redact/patterns.h"
#include "report/redact/texts.h"

namespace bp {
namespace {

constexpr std::string_view left_out =
    "left out because it identifies the machine (--identify keeps it)";

/// Facts whose value identifies a machine, a part of it, or a person.
bool identifies(std::string_view key) {
  const auto holds = [&](std::string_view part) {
    return key.find(part) != std::string_view::npos;
  };
  if (key.starts_with("package_")) return false;  // named by its maker
  if ((holds("pci") && !holds("pcie")) || key.starts_with("home_")) return true;
  static constexpr auto parts = std::to_array<std::string_view>(
      {"uuid", "serial", "host_name", "hostname", "node_name", "user_name", "username", "login",
       "mac_address", "ip_address", "machine_id", "board_id", "container_id", "bus_id"});
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
    for (const auto finder :
         {match_secret, match_home, match_uuid, match_mac, match_pci, match_ip}) {
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

/// Names of our own are of this form, as "mla.dense_decode.mma_sync". A user may be called "mla":
/// no part of such a name is taken for his, while anything else in its place is a text.
bool is_id(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return is_word(c) || c == '.' || c == '+'; });
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
  const auto text = [&](std::string& place) { place = redact_text(place, identity, secrets); };
  const auto name = [&](std::string& place) {
    if (is_id(place))
      place = replace_shapes(place);
    else
      text(place);
  };
  for_each_text(report, {text, name});
  report.redacted = true;
  return report;
}

}  // namespace bp
