#include "cli/environment/identity.h"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <string_view>

#include "cli/environment/roots.h"

namespace bp {
namespace {

// Launchers, clusters and CI tell a process by variables of many names where it runs and for whom.
constexpr auto host_endings = std::to_array<std::string_view>(
    {"HOSTNAME", "NODENAME", "NODE_NAME", "POD_NAME", "RUNNER_NAME"});
constexpr auto host_variables = std::to_array<std::string_view>(
    {"HOST", "SLURM_SUBMIT_HOST", "PBS_O_HOST", "MASTER_ADDR", "COMPUTERNAME"});
constexpr auto user_variables = std::to_array<std::string_view>(
    {"USER", "LOGNAME", "USERNAME", "SUDO_USER", "SLURM_JOB_USER", "PBS_O_LOGNAME"});

bool names_a_host(std::string_view name) {
  return std::ranges::find(host_variables, name) != host_variables.end() ||
         std::ranges::any_of(host_endings,
                             [&](std::string_view ending) { return name.ends_with(ending); });
}

bool names_a_user(std::string_view name) {
  return std::ranges::find(user_variables, name) != user_variables.end();
}

/// What a host or user can be called; an address has a shape that is found without this.
bool is_name(std::string_view value) {
  return value.size() <= 253 && std::ranges::all_of(value, [](unsigned char c) {
           return c > ' ' && c != '/' && c != ':' && c != ',' && c != '=';
         });
}

}  // namespace

Identity identity_of(const std::vector<std::string>& variables, const std::string& host) {
  Identity who;
  if (!host.empty()) who.hosts.push_back(host);
  for (const std::string& entry : variables) {
    const std::size_t equals = entry.find('=');
    if (equals == std::string::npos || equals + 1 == entry.size()) continue;
    const std::string_view name = std::string_view(entry).substr(0, equals);
    std::string value = entry.substr(equals + 1);
    if (name == "HOME") {
      if (value.starts_with('/')) who.homes.push_back(std::move(value));
    } else if (is_name(value)) {
      if (names_a_host(name))
        who.hosts.push_back(std::move(value));
      else if (names_a_user(name))
        who.users.push_back(std::move(value));
    }
  }
  return who;
}

Identity identity() {
  std::array<char, 256> host{};
  if (gethostname(host.data(), host.size() - 1) != 0) host[0] = 0;
  // The user not from the user database: that may be a network away.
  return identity_of(this_machine().variables, host.data());
}

}  // namespace bp
