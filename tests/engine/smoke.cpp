// The whole engine in one process against a libcuda (a real one or the tests' fake), printed as
// JSON lines.
//   engine_smoke [LIBCUDA|-] [--serial] [feature...]
#include <chrono>
#include <cstdio>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "probes/engine/engine.h"
#include "probes/registry/codec.h"
#include "probes/registry/feature.h"

int main(int argc, char** argv) {
  using Clock = std::chrono::steady_clock;
  const auto begin = Clock::now();
  const auto milliseconds = [&] {
    return std::chrono::duration<double, std::milli>(Clock::now() - begin).count();
  };
  bp::EngineOptions options;
  std::vector<std::string> features;
  for (int i = 1; i < argc; ++i) {
    const std::string argument = argv[i];
    if (argument == "--serial") {
      options.serial = true;
    } else if (i == 1 && argument != "-") {
      options.libcuda = argument;
    } else if (argument != "-") {
      features.push_back(argument);
    }
  }
  if (features.empty()) {
    for (const auto& feature : bp::features()) features.emplace_back(feature.id);
  }
  bp::Engine engine(options);
  std::printf("%s\n", bp::encode(engine.enumerate()).dump().c_str());
  std::fprintf(stderr, "%8.1f ms enumerated\n", milliseconds());
  engine.run_features(features, {.started = [](const std::string&) {},
                                 .finished =
                                     [&](const bp::FeatureResult& result) {
                                       std::printf("%s\n", bp::encode(result).dump().c_str());
                                       std::fprintf(stderr, "%8.1f ms %s\n", milliseconds(),
                                                    result.id.c_str());
                                     }});
  return engine.poisoned() ? 1 : 0;
}
