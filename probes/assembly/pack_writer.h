// Writing a pack: used by bp-assemble at build time, and by tests.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "probes/assembly/pack.h"

namespace bp {

struct PackModule {
  std::string id;
  std::string ptx;
  struct Row {
    Assembly assembly;                // `module` is taken from `id`
    std::vector<std::uint8_t> cubin;  // empty: none
  };
  std::vector<Row> rows;
};

/// The same modules give the same bytes, in whatever order they come. Throws PackError on two of
/// one id.
std::vector<std::uint8_t> write_pack(const std::string& toolkit, std::vector<PackModule> modules);

}  // namespace bp
