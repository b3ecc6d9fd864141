#include "probes/engine/texts.h"

#include <algorithm>
#include <string>
#include <thread>
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

template <typename Change>
Joined link_texts(const DriverAssembler& assembler, const Pack& pack, Probes probes, Target target,
                  Change change) {
  std::vector<std::string> texts;
  PtxVersion version{};
  texts.reserve(probes.size());
  for (const auto* probe : probes) {
    texts.push_back(change(pack.ptx(probe->feature)));
    version = std::max(version, version_of(assembler, *probe, target));
  }
  const std::vector<std::string_view> views(texts.begin(), texts.end());
  Joined joined{join(views, version, target), {}};
  joined.answer = assembler.assemble(joined.ptx.text, jit_option(target));
  return joined;
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
  return link_texts(assembler, pack, probes, target, [](std::string text) { return text; });
}

Joined link_planted(const DriverAssembler& assembler, const Pack& pack, Probes probes,
                    Target target) {
  return link_texts(assembler, pack, probes, target,
                    [](const std::string& text) { return plant_refusal(text); });
}

std::vector<Part> parts_of(const Joined& joined, std::size_t probes) {
  std::vector<Part> parts(probes);
  std::vector<std::size_t> first_line(probes);
  const auto& modules = joined.ptx.module_of_line;
  std::string_view rest = joined.ptx.text;
  for (std::size_t line = 0; line < modules.size(); ++line) {
    const auto size = std::min(rest.find('\n'), rest.size() - 1) + 1;
    const auto module = modules[line];
    if (module < probes) {
      auto& text = parts[module].text;
      if (text.empty()) first_line[module] = line;
      text =
          text.empty() ? rest.substr(0, size) : std::string_view(text.data(), text.size() + size);
    }
    rest.remove_prefix(size);
  }
  for (auto& entry : parse_log(joined.answer.log)) {
    if (entry.line == 0 || entry.line > modules.size()) continue;
    const auto module = modules[entry.line - 1];
    if (module >= probes) continue;
    entry.line -= first_line[module];
    parts[module].log.push_back(std::move(entry));
  }
  return parts;
}

std::vector<std::vector<const InstructionProbe*>> in_shares(Probes probes) {
  const std::size_t threads = std::clamp(std::thread::hardware_concurrency() / 2, 1u, 8u);
  const std::size_t share = std::max<std::size_t>((probes.size() + threads - 1) / threads, 8);
  std::vector<std::vector<const InstructionProbe*>> shares;
  for (std::size_t first = 0; first < probes.size(); first += share) {
    const auto part = probes.subspan(first, std::min(share, probes.size() - first));
    shares.emplace_back(part.begin(), part.end());
  }
  return shares;
}

Alone link_alone(const DriverAssembler& assembler, const Pack& pack, const InstructionProbe& probe,
                 Target target) {
  Alone alone{retarget(pack.ptx(probe.feature), version_of(assembler, probe, target), target), {}};
  alone.answer = assembler.assemble(alone.ptx, jit_option(target));
  return alone;
}

}  // namespace bp
