#include "cli/commands/environment.h"

#include <sys/utsname.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <string>

#include "cli/output/variables.h"

namespace bp {

std::vector<Fact> environment_facts() {
  std::vector<Fact> facts;
  utsname system{};
  if (uname(&system) == 0) {
    facts.push_back(
        {"operating_system", std::string(system.sysname) + " " + system.release, "uname", {}});
    facts.push_back({"architecture", std::string(system.machine), "uname", {}});
  }
  for (const char* name : reported_variables) {
    if (const char* value = std::getenv(name)) {
      facts.push_back({std::string("variable_") + name, std::string(value), "environment", {}});
    }
  }
  return facts;
}

Identity identity() {
  Identity who;
  std::array<char, 256> host{};
  if (gethostname(host.data(), host.size() - 1) == 0) who.host = host.data();
  // Not from the user database: that may be a network away.
  for (const char* name : {"LOGNAME", "USER"}) {
    if (const char* user = std::getenv(name)) who.user = user;
  }
  if (const char* home = std::getenv("HOME")) who.home = home;
  return who;
}

}  // namespace bp
