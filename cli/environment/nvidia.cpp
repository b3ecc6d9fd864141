#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <chrono>
#include <map>
#include <system_error>

#include "cli/environment/files.h"
#include "cli/environment/parts.h"

namespace bp {
namespace {

constexpr const char* module_file = "/proc/driver/nvidia/version";

/// "NVRM version: NVIDIA UNIX Open Kernel Module for x86_64  580.126.09  Release Build ...": the
/// first word that is a version.
std::string module_version(std::string_view line) {
  while (!line.empty()) {
    const std::string_view word = line.substr(0, line.find(' '));
    line.remove_prefix(std::min(word.size() + 1, line.size()));
    const bool digits = word.find_first_not_of("0123456789.") == std::string_view::npos;
    if (digits && word.find('.') != std::string_view::npos) return std::string(word);
  }
  return {};
}

void kernel_module(const EnvironmentRoots& roots, std::vector<Fact>& facts) {
  const FileText file = read_text(within(roots, module_file), 4096);
  const std::string line = line_value(file.text, "NVRM version", ':');
  const std::string why = !file.error.empty() ? file.error : "it does not say";
  facts.push_back(text_or_unknown("kernel_module_version", module_version(line), why, module_file));
  std::string kind;
  if (line.find("Open Kernel Module") != std::string::npos)
    kind = "open";
  else if (line.find("Kernel Module") != std::string::npos)
    kind = "proprietary";
  facts.push_back(text_or_unknown("kernel_module_kind", kind, why, module_file));
}

/// Performance counters are for administrators unless the module is told otherwise.
Fact counters_restricted(const EnvironmentRoots& roots) {
  const std::string path = "/proc/driver/nvidia/params";
  const FileText file = read_text(within(roots, path), 16384);
  const std::string value = line_value(file.text, "RmProfilingAdminOnly", ':');
  if (value == "0" || value == "1")
    return known_fact("kernel_module_counters_for_admin_only", value == "1", path);
  return unknown_fact("kernel_module_counters_for_admin_only",
                      file.error.empty() ? "it does not say" : file.error, path);
}

Fact loaded(const EnvironmentRoots& roots, std::string key, const std::string& module) {
  const std::string path = "/sys/module/" + module;
  if (!is_folder(within(roots, "/sys/module")))
    return unknown_fact(std::move(key), "/sys/module cannot be seen from here", path);
  return known_fact(std::move(key), is_folder(within(roots, path)), path);
}

/// GPUs by number are counted, as each has a node; the others are named.
void device_nodes(const EnvironmentRoots& roots, std::vector<Fact>& facts) {
  std::int64_t gpus = 0;
  std::string others;
  std::string denied;
  for (const std::string& name : names_in(within(roots, "/dev"), 4096)) {
    if (!name.starts_with("nvidia") && name != "dxg") continue;
    const std::filesystem::path path = within(roots, "/dev") / name;
    const bool gpu =
        name.size() > 6 && name.find_first_not_of("0123456789", 6) == std::string::npos;
    if (gpu)
      ++gpus;
    else
      others += (others.empty() ? "" : " ") + name.substr(0, 40);
    if (!is_folder(path) && access(path.c_str(), R_OK | W_OK) != 0)
      denied += (denied.empty() ? "" : " ") + name.substr(0, 40);
    if (others.size() + denied.size() > 1000) break;
  }
  facts.push_back(known_fact("device_nodes_of_gpus", gpus, "/dev"));
  facts.push_back(text_or_unknown("device_nodes_others", others, "there is none", "/dev"));
  if (!denied.empty()) facts.push_back(known_fact("device_nodes_denied", denied, "access(2)"));
}

/// Its unit file names this file (nvidia-fabricmanager.service).
Fact fabric_manager(const EnvironmentRoots& roots) {
  const std::string path = "/run/nvidia-fabricmanager/nv-fabricmanager.pid";
  if (is_there(within(roots, path)) || is_there(within(roots, "/var" + path)))
    return known_fact("fabric_manager", std::string("it has left its process id"), path);
  return unknown_fact("fabric_manager", "no process id of it can be seen from here", path);
}

/// Code of "NVRM: Xid (PCI:0000:65:00): 13, pid=..."; -1: it is no such line.
int xid_code(std::string_view line) {
  const std::size_t start = line.find("NVRM: Xid (");
  if (start == std::string_view::npos) return -1;
  const std::size_t close = line.find("): ", start);
  if (close == std::string_view::npos) return -1;
  const std::string_view rest = line.substr(close + 3);
  int code = -1;
  const auto [end, error] = std::from_chars(rest.data(), rest.data() + rest.size(), code);
  return error == std::errc{} && code >= 0 ? code : -1;
}

struct Xids {
  std::map<int, int> times;  // by code
  std::int64_t lines = 0;
  std::string error;    // empty: the log was read
  std::string missing;  // what of the log was not seen
};

/// "6,0,0,-;text": the second is the number of the record since the start of the machine.
bool is_first_of_all(std::string_view record) {
  return record.substr(std::min(record.find(',') + 1, record.size())).starts_with("0,");
}

/// /dev/kmsg gives one record a read and EAGAIN after the last (the kernel's
/// Documentation/ABI/testing/dev-kmsg). Any other file stands for a log of lines.
Xids read_xids(const std::filesystem::path& path) {
  Xids xids;
  const int fd = open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
  if (fd < 0) {
    xids.error = std::generic_category().message(errno);
    return xids;
  }
  const auto limit = std::chrono::steady_clock::now() + std::chrono::milliseconds(300);
  std::array<char, 8192> record{};
  for (int records = 0;; ++records) {
    // As many as the largest log that distributions set up holds.
    if (records == 65536 || std::chrono::steady_clock::now() > limit) {
      xids.missing = "its end: only the first " + std::to_string(records) + " records were read";
      break;
    }
    const ssize_t got = read(fd, record.data(), record.size());
    // EPIPE: records were overwritten meanwhile, the next read goes on after them.
    if (got < 0 && (errno == EPIPE || errno == EINTR)) continue;
    if (got < 0 && errno != EAGAIN) xids.error = std::generic_category().message(errno);
    if (got <= 0) break;
    std::string_view text(record.data(), static_cast<std::size_t>(got));
    if (records == 0 && !is_first_of_all(text))
      xids.missing = "its beginning: older records were overwritten";
    while (!text.empty()) {
      const std::string_view line = text.substr(0, text.find('\n'));
      text.remove_prefix(std::min(line.size() + 1, text.size()));
      const int code = xid_code(line);
      if (code < 0) continue;
      ++xids.lines;
      if (xids.times.size() < 64) ++xids.times[code];
    }
  }
  close(fd);
  return xids;
}

}  // namespace

std::vector<Fact> nvidia_facts(const EnvironmentRoots& roots) {
  std::vector<Fact> facts;
  kernel_module(roots, facts);
  facts.push_back(counters_restricted(roots));
  facts.push_back(loaded(roots, "kernel_module_peermem_loaded", "nvidia_peermem"));
  facts.push_back(loaded(roots, "kernel_module_gdrcopy_loaded", "gdrdrv"));
  device_nodes(roots, facts);
  facts.push_back(fabric_manager(roots));
  return facts;
}

std::vector<Fact> xid_facts(const EnvironmentRoots& roots) {
  const Xids xids = read_xids(within(roots, "/dev/kmsg"));
  if (!xids.error.empty()) return {unknown_fact("xid_lines", xids.error, "/dev/kmsg")};
  std::vector<Fact> facts{known_fact("xid_lines", xids.lines, "/dev/kmsg")};
  std::string codes;
  for (const auto& [code, times] : xids.times) {
    codes += (codes.empty() ? "" : ", ") + std::to_string(code);
    if (times > 1) codes += " (" + std::to_string(times) + " times)";
  }
  if (!codes.empty()) facts.push_back(known_fact("xid_codes", codes, "/dev/kmsg"));
  if (!xids.missing.empty())
    facts.push_back(known_fact("xid_log_lacks", xids.missing, "/dev/kmsg"));
  return facts;
}

}  // namespace bp
