#include "cli/environment/programs.h"

#include <algorithm>
#include <functional>
#include <optional>

#include "cli/environment/files.h"
#include "cli/environment/side_by_side.h"

namespace bp {
namespace {

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

struct ToolAnswer {
  std::string version;
  std::string why;  // where there is none
};

/// "Cuda compilation tools, release 13.0, V13.0.88": what follows the V.
std::string tool_version(std::string_view output) {
  const std::size_t release = output.find("release ");
  const std::size_t start = output.find(", V", release == std::string_view::npos ? 0 : release);
  if (release == std::string_view::npos || start == std::string_view::npos) return {};
  const std::string_view rest = output.substr(start + 3);
  const std::string_view version = rest.substr(0, rest.find_first_not_of("0123456789."));
  return version.size() <= 24 ? std::string(version) : std::string();
}

ToolAnswer ask(const fs::path& program, milliseconds limit, RunningGroups& running) {
  constexpr std::size_t most_output = 65536;
  try {
    const ProcessResult result =
        run_process({program.string(), "--version"}, limit, most_output, &running);
    if (result.timed_out)
      return {{}, "timed out: it did not answer within " + std::to_string(limit.count()) + " ms"};
    if (result.signal != 0) return {{}, "it was killed by signal " + std::to_string(result.signal)};
    const std::string version = tool_version(result.output);
    if (!version.empty()) return {version, {}};
    return {{}, "its --version holds none; exit status " + std::to_string(result.status)};
  } catch (const ProcessError& error) {
    return {{}, error.what()};
  }
}

}  // namespace

std::vector<Fact> program_versions(const EnvironmentRoots& roots,
                                   const std::vector<FoundProgram>& programs,
                                   Clock::time_point deadline,
                                   const std::shared_ptr<RunningGroups>& running) {
  std::vector<fs::path> files;
  for (const FoundProgram& program : programs) {
    if (std::ranges::find(files, resolved(program.path)) == files.end())
      files.push_back(resolved(program.path));
  }
  // It is killed and waited for before the deadline, so that nothing outlives the report.
  const auto left = std::chrono::duration_cast<milliseconds>(deadline - Clock::now());
  const milliseconds limit =
      std::clamp(left - milliseconds(100), milliseconds(1), milliseconds(1000));
  std::vector<std::function<ToolAnswer()>> jobs;
  for (const fs::path& file : files)
    jobs.push_back([file, limit, running] { return ask(file, limit, *running); });
  const auto answers = SideBySide<ToolAnswer>(std::move(jobs)).results(deadline);

  std::vector<Fact> facts;
  for (const FoundProgram& program : programs) {
    const auto at = std::ranges::find(files, resolved(program.path)) - files.begin();
    const auto& answer = answers[static_cast<std::size_t>(at)];
    facts.push_back(text_or_unknown(program.key, answer ? answer->version : std::string(),
                                    answer ? answer->why : "timed out",
                                    shown(roots, program.path)));
  }
  return facts;
}

}  // namespace bp
