#include "probes/assembly/verdict.h"

#include <algorithm>
#include <array>

#include "probes/assembly/log.h"
#include "probes/assembly/rewrite.h"

namespace bp {
namespace {

/// The last `.version` of each major number, PTX ISA 9.x, "Release Notes". 9 is still counting.
constexpr auto last_minors = std::to_array<PtxVersion>({{4, 3}, {5, 0}, {6, 5}, {7, 8}, {8, 8}});

const PtxVersion* last_of(int major) {
  const auto found = std::ranges::find(last_minors, major, &PtxVersion::major);
  return found == last_minors.end() ? nullptr : &*found;
}

struct Attempt {
  bool accepted = false;
  std::string message;
};

Attempt attempt(const Ptxas& ptxas, const MatrixModule& module, Target target, PtxVersion version) {
  const auto text = retarget(module.ptx, version, target);
  const auto output = ptxas.assemble(text, target);
  if (output.accepted) return {.accepted = true, .message = {}};
  return {.accepted = false, .message = judge(text, parse_log(output.log), module.own).message};
}

}  // namespace

PtxVersion previous(PtxVersion version) {
  if (version.minor > 0) return {version.major, version.minor - 1};
  const auto* last = last_of(version.major - 1);
  return last == nullptr ? PtxVersion{} : *last;
}

PtxVersion next(PtxVersion version) {
  const auto* last = last_of(version.major);
  if (last != nullptr && version >= *last) return {version.major + 1, 0};
  return {version.major, version.minor + 1};
}

ToolkitVerdict lowest_verdict(const Ptxas& ptxas, const MatrixModule& module, Target target) {
  const auto newest = ptxas.newest_ptx();
  const auto wanted = version_for(module.minimum, target, newest);
  auto version = std::min(wanted, newest);
  auto answer = attempt(ptxas, module, target, version);
  if (!answer.accepted && version < newest) {
    if (!attempt(ptxas, module, target, newest).accepted)
      return {.accepted = false, .lowest = {}, .message = answer.message};
    do {
      version = next(version);
    } while (version < newest && !attempt(ptxas, module, target, version).accepted);
    return {.accepted = true, .lowest = version, .message = {}};
  }
  if (!answer.accepted) return {.accepted = false, .lowest = {}, .message = answer.message};
  while (previous(version) != PtxVersion{} &&
         attempt(ptxas, module, target, previous(version)).accepted)
    version = previous(version);
  return {.accepted = true, .lowest = version, .message = {}};
}

}  // namespace bp
