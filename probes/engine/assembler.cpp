#include "probes/engine/assembler.h"

#include <algorithm>
#include <array>

#include "probes/assembly/log.h"

namespace bp {
namespace {

bool contains(std::string_view text, std::string_view what) {
  return text.find(what) != std::string_view::npos;
}

/// "Unsupported .version 99.9; current version is '9.0'" -> 9.0
std::optional<PtxVersion> newest_of(std::string_view log) {
  constexpr std::string_view marker = "current version is '";
  const auto at = log.find(marker);
  if (at == std::string_view::npos) return std::nullopt;
  log.remove_prefix(at + marker.size());
  return parse_ptx_version(log.substr(0, log.find('\'')));
}

bool is_absent(CUresult code) {
  return code == CUDA_ERROR_JIT_COMPILER_NOT_FOUND || code == CUDA_ERROR_JIT_COMPILATION_DISABLED;
}

}  // namespace

LinkFunction link_on(const Gpu& gpu) {
  return [&gpu](std::string_view ptx, std::optional<Target> target) {
    gpu.bind();
    return link(gpu, ptx, target);
  };
}

DriverAssembler::DriverAssembler(LinkFunction link, std::string name,
                                 std::optional<PtxVersion> declared)
    : link_(std::move(link)), name_(std::move(name)), declared_(declared) {}

const DriverAssembler::Ability& DriverAssembler::ability() const {
  std::call_once(once_, [this] {
    const auto answer =
        link_(".version 99.9\n.target sm_80\n.address_size 64\n", Target{{8, 0}, Suffix::none});
    ability_.present = !is_absent(answer.code);
    if (!ability_.present) {
      ability_.error = answer.name;
      return;
    }
    ability_.newest = newest_of(answer.log);
    if (!ability_.newest) ability_.newest = declared_;
  });
  return ability_;
}

Trouble trouble(const LinkResult& result) {
  if (result.accepted()) return Trouble::none;
  if (is_absent(result.code)) return Trouble::absent;
  if (contains(result.log, "Unsupported .target") ||
      contains(result.log, "is not defined for option 'gpu-name'")) {
    return Trouble::unknown_target;
  }
  // An unknown CU_JIT_TARGET is an invalid value, with nothing to log.
  if (result.code == CUDA_ERROR_INVALID_VALUE && result.log.empty()) return Trouble::unknown_target;
  if (result.code == CUDA_ERROR_UNSUPPORTED_PTX_VERSION) return Trouble::too_old;
  // Words of ptxas 12.2 to 13.5 for what it has not heard of.
  constexpr auto unknown = std::to_array<std::string_view>(
      {"Unsupported .version", "PTX ISA .version", "Unknown modifier",
       "Not a name of any known instruction", "Parsing error", "syntax error", "Unknown symbol",
       "Unexpected instruction types", "Illegal modifier", "unknown instruction"});
  const auto lines = parse_log(result.log);
  for (const auto& line : lines) {
    if (line.severity != LogLine::Severity::error && line.severity != LogLine::Severity::fatal)
      continue;
    if (std::ranges::any_of(unknown, [&](auto text) { return contains(line.message, text); }))
      return Trouble::too_old;
  }
  return Trouble::none;
}

}  // namespace bp
