// The legend of the report, and how values are written for people.
#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <utility>

#include "report/formats/summary.h"

namespace bp {
namespace {

std::string number_text(double value) {
  std::array<char, 40> buffer{};
  const auto [end, error] = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value);
  return error == std::errc{} ? std::string(buffer.data(), end) : std::string("?");
}

std::string fixed_text(double value, int digits) {
  std::array<char, 400> buffer{};
  const auto [end, error] = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value,
                                          std::chars_format::fixed, digits);
  return error == std::errc{} ? std::string(buffer.data(), end) : std::string("?");
}

/// Four digits: a measurement has no more.
std::string figure_digits(double value) {
  if (!std::isfinite(value) || value == std::floor(value)) return number_text(value);
  if (std::abs(value) >= 1000) return fixed_text(value, 1);
  std::array<char, 40> buffer{};
  const auto [end, error] = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value,
                                          std::chars_format::general, 4);
  return error == std::errc{} ? std::string(buffer.data(), end) : std::string("?");
}

std::string bytes_text(std::int64_t bytes) {
  constexpr std::array<std::string_view, 4> units{"bytes", "KiB", "MiB", "GiB"};
  double value = static_cast<double>(bytes);
  std::size_t unit = 0;
  // 228 KiB stays KiB: limits of shared memory are compared in KiB.
  while (value >= 1024 && unit + 1 < units.size()) value /= 1024, ++unit;
  const bool whole = value == std::floor(value);
  std::string text = whole ? number_text(value) : fixed_text(value, 1);
  return text.append(" ").append(units[unit]);
}

struct Unit {
  std::string_view suffix;
  std::string_view text;
};
constexpr std::array<Unit, 13> fact_units{{{"_bytes", ""},
                                           {"_khz", "kHz"},
                                           {"_mhz", "MHz"},
                                           {"_mib", "MiB"},
                                           {"_gib", "GiB"},
                                           {"_milliwatts", "mW"},
                                           {"_mw", "mW"},
                                           {"_watts", "W"},
                                           {"_w", "W"},
                                           {"_celsius", "°C"},
                                           {"_bits", "bits"},
                                           {"_percent", "%"},
                                           {"_us", "µs"}}};

/// Abbreviations as people write them.
std::string_view spelled(std::string_view word) {
  static constexpr auto words = std::to_array<std::pair<std::string_view, std::string_view>>(
      {{"cpu", "CPU"},         {"numa", "NUMA"},    {"iommu", "IOMMU"},   {"wsl", "WSL"},
       {"dgx", "DGX"},         {"os", "OS"},        {"xid", "Xid"},       {"path", "PATH"},
       {"home", "HOME"},       {"l1", "L1"},        {"l2", "L2"},         {"ecc", "ECC"},
       {"mig", "MIG"},         {"gpu", "GPU"},      {"vmm", "VMM"},       {"tcc", "TCC"},
       {"mps", "MPS"},         {"sm", "SM"},        {"rdma", "RDMA"},     {"nvlink", "NVLink"},
       {"pcie", "PCIe"},       {"mem", "memory"},   {"cuda", "CUDA"},     {"perf", "throughput"},
       {"fb", "frame buffer"}, {"optin", "opt-in"}, {"exec", "execution"}});
  for (const auto& [raw, text] : words) {
    if (raw == word) return text;
  }
  return word;
}

const Unit* unit_of(std::string_view key) {
  for (const Unit& unit : fact_units) {
    if (key.ends_with(unit.suffix)) return &unit;
  }
  return nullptr;
}

}  // namespace

std::string_view meaning(Verdict verdict) {
  switch (verdict) {
    case Verdict::runs:
      return "every needed feature works, and the library's own gate lets it through";
    case Verdict::no_hardware:
      return "a needed feature is missing";
    case Verdict::no_dispatch:
      return "the library does not take it there, by its gate, its ways or its shapes";
    case Verdict::not_built:
      return "no image of it loads there";
    case Verdict::at_risk:
      return "the gate lets it through although a needed feature is missing or broken";
    case Verdict::unknown:
      break;
  }
  return "something it needs, or its gate, is not known";
}

std::string_view meaning(Status status) {
  switch (status) {
    case Status::supported:
      return "executed, equal to the reference, and a planted fault was caught";
    case Status::emulated:
      return "right result, but not from the native unit";
    case Status::unsupported:
      return "its own instruction was refused, and a positive control was accepted";
    case Status::wrong_result:
      return "executed, but the result differs from the reference";
    case Status::crashed:
      return "the probe crashed the process or the GPU context";
    case Status::timed_out:
      return "the probe did not end in time";
    case Status::blocked:
      return "could not be decided here; the reason says why";
    case Status::not_run:
      return "no attempt was made; the reason says why";
    case Status::assembles:
      return "an assembler accepts it for the target: expected, not executed";
    case Status::refused:
      return "an assembler refuses it for the target";
    case Status::measured:
      return "a sweep or fact came to its end; each figure says how it is known";
  }
  return "";
}

std::string_view meaning(EvidenceKind kind) {
  switch (kind) {
    case EvidenceKind::inferred:
      return "from a table";
    case EvidenceKind::declared:
      return "an attribute that the driver reports";
    case EvidenceKind::assembled:
      return "an assembler judged it for this exact target";
    case EvidenceKind::simulated:
      return "the same PTX gave the reference result on a simulator";
    case EvidenceKind::loaded:
      return "the driver loaded the image";
    case EvidenceKind::launched:
      return "it was launched and came back";
    case EvidenceKind::verified:
      return "the result equals the reference and the planted fault was caught, on this GPU";
    case EvidenceKind::counted:
      return "a clock, a counter or the opcode of the loaded image shows which unit did the work";
  }
  return "";
}

Tone tone(Status status) {
  switch (status) {
    case Status::supported:
    case Status::assembles:
    case Status::measured:
      return Tone::good;
    case Status::emulated:
      return Tone::partly;
    case Status::unsupported:
    case Status::refused:
      return Tone::bad;
    case Status::wrong_result:
    case Status::crashed:
    case Status::timed_out:
      return Tone::broken;
    case Status::blocked:
    case Status::not_run:
      break;
  }
  return Tone::unknown;
}

Tone tone(Verdict verdict) {
  switch (verdict) {
    case Verdict::runs:
      return Tone::good;
    case Verdict::no_hardware:
      return Tone::bad;
    case Verdict::no_dispatch:
    case Verdict::not_built:
      return Tone::partly;
    case Verdict::at_risk:
      return Tone::broken;
    case Verdict::unknown:
      break;
  }
  return Tone::unknown;
}

Tone tone(DisputedFact::Outcome outcome) {
  switch (outcome) {
    case DisputedFact::Outcome::confirmed:
      return Tone::good;
    case DisputedFact::Outcome::contradicted:
      return Tone::bad;
    case DisputedFact::Outcome::open:
      break;
  }
  return Tone::unknown;
}

std::string figure_text(double value, std::string_view unit) {
  std::string text = figure_digits(value);
  if (!unit.empty()) text.append(" ").append(unit);
  return text;
}

std::string fact_text(const Fact& fact) {
  const Unit* unit = unit_of(fact.key);
  const auto with_unit = [&](std::string text) {
    return unit == nullptr || unit->text.empty() ? text : text + " " + std::string(unit->text);
  };
  struct Visitor {
    const Fact& fact;
    const decltype(with_unit)& finish;
    std::string operator()(std::monostate) const {
      return fact.absent.empty() ? "not known" : "not known: " + fact.absent;
    }
    std::string operator()(bool value) const { return value ? "yes" : "no"; }
    std::string operator()(std::int64_t value) const {
      if (fact.key.ends_with("_bytes")) return bytes_text(value);
      if (fact.key.ends_with("_khz"))
        return number_text(static_cast<double>(value) / 1000) + " MHz";
      return finish(std::to_string(value));
    }
    std::string operator()(double value) const { return finish(number_text(value)); }
    std::string operator()(const std::string& value) const { return value; }
  };
  return std::visit(Visitor{fact, with_unit}, fact.value);
}

std::string spaced(std::string_view name) {
  std::string text(name);
  for (char& c : text) {
    if (c == '_') c = ' ';
  }
  return text;
}

std::string capitalised(std::string_view text) {
  std::string out(text);
  if (!out.empty() && out[0] >= 'a' && out[0] <= 'z') out[0] = static_cast<char>(out[0] - 32);
  return out;
}

std::string counted(Verdict verdict, std::size_t count) {
  const bool plural = verdict == Verdict::runs && count != 1;
  return std::to_string(count) + " " + std::string(plural ? "run" : words(verdict));
}
std::string counted(Status status, std::size_t count) {
  return std::to_string(count) + " " + std::string(words(status));
}

std::string fact_label(const Fact& fact) {
  std::string_view key = fact.key;
  constexpr std::string_view variable = "variable_", nvml = "nvml_";
  if (key.starts_with(variable)) return std::string(key.substr(variable.size()));
  if (fact.by == "NVML" && key.starts_with(nvml)) key.remove_prefix(nvml.size());
  if (const Unit* unit = unit_of(key); unit != nullptr && unit->suffix.size() < key.size()) {
    key.remove_suffix(unit->suffix.size());
  }
  std::string label;
  while (!key.empty()) {
    const std::string_view word = key.substr(0, key.find('_'));
    key.remove_prefix(std::min(word.size() + 1, key.size()));
    if (!label.empty()) label += ' ';
    label += spelled(word);
  }
  return label;
}

}  // namespace bp
