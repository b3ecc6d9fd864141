// The file of requirements in a project: .blackwell-probe.toml or .json.
//
//   [gate]
//   require = [
//     "driver >= 580",
//     { require = "feature:wgmma.bf16>=verified", name = "fast decode" },
//     { require = "backend:flashmla.dense_decode.sm90=runs", xfail = "not ported", strict = false
//     },
//   ]
//   [gate.sets]
//   training = ["feature:tcgen05.mma.f16>=verified"]
#pragma once

#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "report/gate/gate.h"

namespace bp::gate {

/// One sentence on what is wrong with the file, with the line where TOML or JSON itself is broken.
struct ConfigError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

struct Config {
  struct Set {
    std::string name;  // empty: gate.require
    std::vector<Demand> demands;
  };
  std::vector<Set> sets;
};

inline constexpr std::size_t max_config_bytes = 1 << 20;

/// Throws ConfigError. Input is hostile: size and depth are bounded. `file` names it in errors and
/// in the places of demands; requirements are not parsed yet.
Config parse_config_toml(std::string_view text, std::string_view file);
Config parse_config_json(std::string_view text, std::string_view file);

}  // namespace bp::gate
