#include <array>
#include <ctime>
#include <nlohmann/json.hpp>

#include "cli/command_line/names.h"
#include "cli/commands/commands.h"
#include "cli/commands/tool.h"
#include "cli/output/outputs.h"
#include "cli/version/commit.h"
#include "probes/features/embedded.h"
#include "probes/registry/codec.h"

namespace bp {

bool built_from_changed_sources() { return commit_has_changes; }

ToolInfo tool_info() {
  return {std::string(program_version),
          std::string(program_commit) + (commit_has_changes ? "-dirty" : ""),
          probe_pack().toolkit()};
}

std::string now_utc() {
  const std::time_t now = std::time(nullptr);
  std::tm parts{};
  gmtime_r(&now, &parts);
  std::array<char, 32> text{};
  const std::size_t length = std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%SZ", &parts);
  return {text.data(), length};
}

ExitStatus run_version(const VersionOptions& options) {
  auto outputs = open_outputs(options.output, text_formats(), Print::unasked);
  if (const auto* error = std::get_if<std::string>(&outputs)) {
    complain(*error);
    return ExitStatus::usage;
  }
  const ToolInfo tool = tool_info();
  const auto bytes = [&](const Output& output) {
    const std::vector<std::string> targets = words_of(target_names());
    if (output.format == "json") {
      const Json json{{"version", tool.version},
                      {"commit", std::string(program_commit)},
                      {"dirty", built_from_changed_sources()},
                      {"toolkit", tool.toolkit},
                      {"schema_version", std::string(schema_version)},
                      {"targets", targets}};
      return json.dump(2) + "\n";
    }
    std::string text = "blackwell-probe " + tool.version + " (" + tool.commit +
                       ")\nembedded matrix by " + tool.toolkit + "\ntargets:";
    for (const std::string& target : targets) text += " " + target;
    return text + "\n";
  };
  return write_outputs(std::get<std::vector<Output>>(outputs), bytes) ? ExitStatus::met
                                                                      : ExitStatus::incomplete;
}

}  // namespace bp
