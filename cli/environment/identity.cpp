#include "cli/environment/identity.h"

#include <unistd.h>

#include <array>
#include <cstdlib>

namespace bp {

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
