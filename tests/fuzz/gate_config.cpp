// A project's file of requirements, as TOML and as JSON. What is not one is a ConfigError.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "report/gate/config.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace bp::gate;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  for (const auto parse : {parse_config_toml, parse_config_json}) {
    try {
      parse(text, "requirements");
    } catch (const ConfigError&) {
    }
  }
  return 0;
}
