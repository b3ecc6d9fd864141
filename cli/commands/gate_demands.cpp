#include "cli/commands/gate_demands.h"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <optional>

#include "cli/commands/report_input.h"
#include "cli/output/nearest.h"
#include "report/gate/config.h"

namespace bp {
namespace {

using Demands = std::vector<gate::Demand>;

constexpr auto usual_files =
    std::to_array<const char*>({".blackwell-probe.toml", ".blackwell-probe.json"});

struct Unusable {
  std::string text;
};

/// The file that is named, else the usual one of the current folder, which is left alone where the
/// command line says what is required.
std::optional<std::string> config_file(const GateOptions& options) {
  if (!options.config.empty()) return options.config;
  if (options.sets.empty() && !(options.require.empty() && options.xfail.empty()))
    return std::nullopt;
  const auto found =
      std::ranges::find_if(usual_files, [](const char* file) { return access(file, F_OK) == 0; });
  if (found != usual_files.end()) return *found;
  if (!options.sets.empty())
    throw Unusable{
        "--set: there is no .blackwell-probe.toml or .json here; name one with --config"};
  return std::nullopt;
}

gate::Config read_config(const std::string& file) {
  const InputFile input = read_input(file, gate::max_config_bytes, "name a .toml or .json file");
  if (!input.error.empty()) throw Unusable{input.error};
  return file.ends_with(".json") ? gate::parse_config_json(input.text, file)
                                 : gate::parse_config_toml(input.text, file);
}

/// The sets that are named; without names, what is required in any case.
void add_sets(Demands& demands, const gate::Config& config, std::vector<std::string> wanted,
              const std::string& file) {
  if (wanted.empty()) wanted.emplace_back();
  for (const std::string& name : wanted) {
    const auto set = std::ranges::find(config.sets, name, &gate::Config::Set::name);
    if (set == config.sets.end()) {
      std::vector<std::string> names;
      for (const gate::Config::Set& other : config.sets) {
        if (!other.name.empty()) names.push_back(other.name);
      }
      if (name.empty())
        throw Unusable{file + " has only sets: choose one with --set " + names.front()};
      throw Unusable{"--set " + name + ": " + file + " has no such set" + suggestion(name, names)};
    }
    demands.insert(demands.end(), set->demands.begin(), set->demands.end());
  }
}

}  // namespace

std::variant<std::vector<gate::Demand>, std::string> gate_demands(const GateOptions& options,
                                                                  const gate::Names& names) {
  Demands demands;
  for (const std::string& text : options.require)
    demands.push_back({.text = text, .place = "--require"});
  for (const std::string& text : options.xfail)
    demands.push_back({.text = text, .place = "--xfail", .xfail = ""});
  try {
    if (const auto file = config_file(options))
      add_sets(demands, read_config(*file), options.sets, *file);
  } catch (const Unusable& unusable) {
    return unusable.text;
  } catch (const gate::ConfigError& error) {
    return error.what();
  }
  for (gate::Demand& demand : demands) {
    try {
      demand.requirement = gate::parse_requirement(demand.text);
      resolve_names(demand.requirement, names);
    } catch (const gate::RequirementError& error) {
      return demand.place + ": " + explained(demand.text, error);
    }
  }
  return demands;
}

}  // namespace bp
