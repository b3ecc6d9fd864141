#include "report/redact/redact.h"

#include <algorithm>
#include <array>
#include <utility>

#include "report/redact/names.h"
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

/// Of the form of our own names: "mla.dense_decode.mma_sync".
bool is_id(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return is_word(c) || c == '.' || c == '+'; });
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

/// Each once; the longest first, as one may hold another.
std::vector<std::string> known_names(std::vector<std::string> names) {
  std::erase_if(names, is_common);
  std::ranges::sort(names, [](const std::string& a, const std::string& b) {
    return a.size() != b.size() ? a.size() > b.size() : a < b;
  });
  names.erase(std::unique(names.begin(), names.end()), names.end());
  return names;
}

std::vector<std::string> with_short_names(std::vector<std::string> hosts) {
  for (std::size_t i = 0, given = hosts.size(); i < given; ++i) {
    std::string label = hosts[i].substr(0, hosts[i].find('.'));
    // The "192" of an address stands in other texts as well.
    if (label.find_first_not_of("0123456789") != std::string::npos)
      hosts.push_back(std::move(label));
  }
  return hosts;
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

Redaction::Redaction(const Identity& identity, const std::vector<std::string>& secrets)
    : homes_(known_names(identity.homes)),
      secrets_(known_names(secrets)),
      hosts_(known_names(with_short_names(identity.hosts))),
      users_(known_names(identity.users)) {}

std::string Redaction::text(std::string_view text) const {
  std::string out(text);
  // Homes before users, whose names they hold.
  for (const std::string& home : homes_) out = replace_word(out, home, "~");
  for (const std::string& secret : secrets_) out = replace_word(out, secret, "[left out]");
  out = replace_shapes(out);
  for (const std::string& host : hosts_) out = replace_name(out, host, "[host]", NameOf::host);
  for (const std::string& user : users_) out = replace_name(out, user, "[user]", NameOf::user);
  return out;
}

std::string Redaction::name(std::string_view name) const {
  return is_id(name) ? replace_shapes(name) : text(name);
}

std::string redact_text(std::string_view text, const Identity& identity) {
  return Redaction(identity).text(text);
}

Report redact(Report report, const Identity& identity) {
  std::vector<std::string> secrets;
  take(report.environment, secrets);
  for (GpuFacts& gpu : report.driver.gpus) take(gpu, secrets);
  for (GpuReport& gpu : report.gpus) take(gpu.facts, secrets);
  const Redaction redaction(identity, secrets);
  for_each_text(report, {.text = [&](std::string& text) { text = redaction.text(text); },
                         .name = [&](std::string& name) { name = redaction.name(name); }});
  report.redacted = true;
  return report;
}

}  // namespace bp
