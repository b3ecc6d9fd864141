#include "probes/engine/texts.h"

#include <algorithm>
#include <string>
#include <vector>

namespace bp {
namespace {

/// Newest version to write for targets that the build does not know.
PtxVersion newest_or_least(const DriverAssembler& assembler, const InstructionProbe& probe) {
  return assembler.ability().newest.value_or(probe.ptx);
}

/// A target that the build does not know is left to the context: CU_JIT_TARGET could not name it.
std::optional<Target> jit_option(Target target) {
  if (is_known(target)) return target;
  return std::nullopt;
}

}  // namespace

PtxVersion version_of(const DriverAssembler& assembler, const InstructionProbe& probe,
                      Target target) {
  return version_for(probe.ptx, target, newest_or_least(assembler, probe));
}

bool in_reach(const DriverAssembler& assembler, const InstructionProbe& probe, Target target) {
  const auto newest = assembler.ability().newest;
  return !newest || std::max(probe.ptx, version_of(assembler, probe, target)) <= *newest;
}

Joined link_joined(const DriverAssembler& assembler, const Pack& pack, Probes probes,
                   Target target) {
  std::vector<std::string> texts;
  std::vector<std::string_view> views;
  PtxVersion version{};
  texts.reserve(probes.size());
  for (const auto* probe : probes) {
    texts.push_back(pack.ptx(probe->feature));
    version = std::max(version, version_of(assembler, *probe, target));
  }
  views.assign(texts.begin(), texts.end());
  Joined joined{join(views, version, target), {}};
  joined.answer = assembler.assemble(joined.ptx.text, jit_option(target));
  return joined;
}

Alone link_alone(const DriverAssembler& assembler, const Pack& pack, const InstructionProbe& probe,
                 Target target) {
  Alone alone{retarget(pack.ptx(probe.feature), version_of(assembler, probe, target), target), {}};
  alone.answer = assembler.assemble(alone.ptx, jit_option(target));
  return alone;
}

}  // namespace bp
