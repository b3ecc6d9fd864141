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

/// Accounts and hosts that images and clouds call like this, and words of our own: they tell
/// nothing of a person or machine, and taking them out would take words out of sentences.
bool is_common(std::string_view name) {
  static constexpr auto names =
      std::to_array<std::string_view>({"admin",   "build",         "buildkite-agent",
                                       "centos",  "cluster",       "compute",
                                       "cuda",    "debian",        "default",
                                       "docker",  "driver",        "ec2-user",
                                       "fedora",  "gitlab-runner", "gpu",
                                       "host",    "jenkins",       "jovyan",
                                       "kernel",  "localhost",     "login",
                                       "memory",  "node",          "nobody",
                                       "nvidia",  "probe",         "rocky",
                                       "root",    "runner",        "server",
                                       "test",    "ubuntu",        "user",
                                       "vagrant", "worker"});
  return name.size() < 3 || std::ranges::find(names, name) != names.end();
}

/// Names of our own are of this form.
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

/// The longest first, as one may hold another.
void Redaction::add(std::vector<Known>& known, std::vector<std::string> words,
                    std::string_view instead) {
  std::ranges::sort(words, std::ranges::greater{}, &std::string::size);
  for (std::string& word : words) {
    if (!is_common(word)) known.push_back({std::move(word), instead});
  }
}

Redaction::Redaction(const Identity& identity, const std::vector<std::string>& secrets) {
  add(before_, identity.homes, "~");  // they hold the user's name
  add(before_, secrets, "[left out]");
  std::vector<std::string> hosts = identity.hosts;
  for (const std::string& host : identity.hosts) {
    const std::string label = host.substr(0, host.find('.'));
    // The "192" of an address stands in other texts as well.
    if (label.find_first_not_of("0123456789") != std::string::npos) hosts.push_back(label);
  }
  add(after_, std::move(hosts), "[host]");
  add(after_, identity.users, "[user]");
}

std::string Redaction::text(std::string_view text) const {
  std::string out(text);
  for (const auto& [word, instead] : before_) out = replace_word(out, word, instead);
  out = replace_shapes(out);
  for (const auto& [word, instead] : after_) out = replace_word(out, word, instead);
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
  for_each_text(report, {[&](std::string& place) { place = redaction.text(place); },
                         [&](std::string& place) { place = redaction.name(place); }});
  report.redacted = true;
  return report;
}

}  // namespace bp
