#include "cli/output/variables.h"

#include "cli/environment/files.h"
#include "cli/environment/parts.h"

namespace bp {

std::vector<Fact> variable_facts(const EnvironmentRoots& roots) {
  constexpr std::size_t most = 2048;
  std::vector<Fact> facts;
  for (const char* name : reported_variables) {
    std::string value = variable(roots, name);
    if (value.empty()) continue;
    if (value.size() > most) value = value.substr(0, most) + " ... (cut off)";
    facts.push_back(known_fact(std::string("variable_") + name, std::move(value), "environment"));
  }
  return facts;
}

}  // namespace bp
