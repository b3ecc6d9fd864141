#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <utility>

#include "cli/environment/files.h"
#include "cli/environment/parts.h"

namespace bp {
namespace {

constexpr std::size_t small_file = 16384;

std::optional<std::int64_t> count_of(std::string_view text) {
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end == text.data() || number < 0) return std::nullopt;
  return number;
}

Fact operating_system(const EnvironmentRoots& roots) {
  const FileText file = read_text(within(roots, "/etc/os-release"), small_file);
  return text_or_unknown("distribution", line_value(file.text, "PRETTY_NAME", '='),
                         file.error.empty() ? "it does not say" : file.error, "/etc/os-release");
}

/// Arm's processors have no name in /proc/cpuinfo, only a number (Main ID Register; the numbers are
/// those of Arm's technical reference manuals).
std::string arm_core(std::string_view part) {
  constexpr auto cores =
      std::to_array<std::pair<std::string_view, std::string_view>>({{"0xd40", "Neoverse V1"},
                                                                    {"0xd42", "Cortex-A78AE"},
                                                                    {"0xd4f", "Neoverse V2"},
                                                                    {"0xd83", "Neoverse V3AE"},
                                                                    {"0xd84", "Neoverse V3"},
                                                                    {"0xd85", "Cortex-X925"},
                                                                    {"0xd87", "Cortex-A725"}});
  for (const auto& [number, name] : cores) {
    if (part == number) return "Arm " + std::string(name);
  }
  return {};
}

/// Only the first processors: the kernel takes long to write down hundreds of them.
Fact cpu_model(const EnvironmentRoots& roots) {
  const FileText file = read_text(within(roots, "/proc/cpuinfo"), 4096);
  std::string name = line_value(file.text, "model name", ':');
  if (name.empty() && line_value(file.text, "CPU implementer", ':') == "0x41")
    name = arm_core(line_value(file.text, "CPU part", ':'));
  return text_or_unknown("cpu_model", name, file.error.empty() ? "it does not say" : file.error,
                         "/proc/cpuinfo");
}

/// "0-3,8" is five (the list format of cpuset(7)).
std::optional<std::int64_t> count_of_list(std::string_view text) {
  std::int64_t count = 0;
  while (!text.empty()) {
    const std::string_view range = text.substr(0, text.find(','));
    text.remove_prefix(std::min(range.size() + 1, text.size()));
    const std::size_t dash = range.find('-');
    const auto first = count_of(range.substr(0, dash));
    const auto last = dash == std::string_view::npos ? first : count_of(range.substr(dash + 1));
    if (!first || !last || *last < *first || *last > 1'000'000) return std::nullopt;
    count += *last - *first + 1;
  }
  return count == 0 ? std::nullopt : std::optional(count);
}

Fact counted_list(const EnvironmentRoots& roots, std::string key, const std::string& path) {
  const FileText file = read_text(within(roots, path), small_file);
  if (const auto count = count_of_list(first_line(file.text)))
    return known_fact(std::move(key), *count, path);
  return unknown_fact(std::move(key), file.error.empty() ? "it is not a list" : file.error, path);
}

/// "MemAvailable:   113246208 kB"; kB are 1024 bytes (proc_meminfo(5)).
void memory(const EnvironmentRoots& roots, std::vector<Fact>& facts) {
  constexpr auto rows = std::to_array<std::pair<const char*, const char*>>(
      {{"MemTotal", "memory_total_bytes"},
       {"MemAvailable", "memory_available_bytes"},
       {"SwapTotal", "memory_swap_bytes"},
       {"HugePages_Total", "memory_huge_pages"}});
  const FileText file = read_text(within(roots, "/proc/meminfo"), small_file);
  for (const auto& [name, key] : rows) {
    const auto number = count_of(line_value(file.text, name, ':'));
    const std::int64_t unit = std::string_view(key).ends_with("_bytes") ? 1024 : 1;
    const bool fits = number && *number < (std::int64_t{1} << 50);
    facts.push_back(fits ? known_fact(key, *number * unit, "/proc/meminfo")
                         : unknown_fact(key, file.error.empty() ? "it does not say" : file.error,
                                        "/proc/meminfo"));
  }
}

/// Where the control groups of this process keep their files; the second version names its one
/// hierarchy "0::/path" (cgroups(7)).
std::filesystem::path own_group(const EnvironmentRoots& roots) {
  const FileText file = read_text(within(roots, "/proc/self/cgroup"), small_file);
  for (std::string_view rest = file.text; !rest.empty();) {
    const std::string_view line = rest.substr(0, rest.find('\n'));
    rest.remove_prefix(std::min(line.size() + 1, rest.size()));
    if (line.starts_with("0::/")) return std::filesystem::path(line.substr(4));
  }
  return {};
}

/// The least limit of the group and of those that it is in.
Fact memory_limit(const EnvironmentRoots& roots) {
  constexpr const char* key = "memory_limit_bytes";
  const std::string first_version = "/sys/fs/cgroup/memory/memory.limit_in_bytes";
  // What the kernel writes where there is no limit: all of the address space.
  constexpr std::int64_t no_limit = std::int64_t{1} << 60;
  std::optional<std::int64_t> least;
  std::string by = "/sys/fs/cgroup";
  const auto look = [&](const std::string& path) {
    const FileText file = read_text(within(roots, path), 64);
    const auto limit = count_of(first_line(file.text));
    if (limit && *limit < no_limit && (!least || *limit < *least)) {
      least = limit;
      by = path;
    }
  };
  std::filesystem::path group = own_group(roots);
  for (int level = 0; level < 32; ++level, group = group.parent_path()) {
    const std::filesystem::path folder = std::filesystem::path("/sys/fs/cgroup") / group;
    look((folder / "memory.max").string());
    if (group.empty()) break;
  }
  look(first_version);
  if (least) return known_fact(key, *least, by);
  return unknown_fact(key, "no limit is set that can be seen from here", by);
}

/// "[always] madvise never": the word in brackets.
Fact huge_pages(const EnvironmentRoots& roots) {
  const std::string path = "/sys/kernel/mm/transparent_hugepage/enabled";
  const FileText file = read_text(within(roots, path), 256);
  const std::size_t open = file.text.find('[');
  const std::size_t close = file.text.find(']', open == std::string::npos ? 0 : open);
  const bool chosen = open != std::string::npos && close != std::string::npos;
  return text_or_unknown("memory_transparent_huge_pages",
                         chosen ? file.text.substr(open + 1, close - open - 1) : std::string(),
                         file.error.empty() ? "it does not say" : file.error, path);
}

Fact iommu(const EnvironmentRoots& roots) {
  const std::string path = "/sys/class/iommu";
  if (!is_folder(within(roots, path)))
    return unknown_fact("iommu", "the folder cannot be seen from here", path);
  return known_fact("iommu", !names_in(within(roots, path), 1).empty(), path);
}

}  // namespace

std::vector<Fact> system_facts(const EnvironmentRoots& roots) {
  std::vector<Fact> facts;
  facts.push_back(operating_system(roots));
  facts.push_back(cpu_model(roots));
  facts.push_back(counted_list(roots, "cpu_count", "/sys/devices/system/cpu/online"));
  facts.push_back(counted_list(roots, "numa_nodes", "/sys/devices/system/node/online"));
  memory(roots, facts);
  facts.push_back(memory_limit(roots));
  facts.push_back(huge_pages(roots));
  facts.push_back(iommu(roots));
  return facts;
}

}  // namespace bp
