#include "tests/engine/scripted_assembler.h"

#include "probes/assembly/statements.h"

namespace bp::test {
namespace {

std::string_view word_after(std::string_view text, std::string_view marker) {
  const auto at = text.find(marker);
  if (at == std::string_view::npos) return {};
  const auto rest = text.substr(at + marker.size());
  return rest.substr(0, rest.find_first_of(" \n,\r"));
}

bool pack_accepts(const InstructionProbe& probe, Target target) {
  const auto* row = probe_pack().find(probe.feature, target);
  return row != nullptr && row->accepted;
}

}  // namespace

std::vector<const InstructionProbe*> probes_in(std::string_view ptx) {
  std::vector<const InstructionProbe*> found;
  for (const auto* probe : probes()) {
    if (ptx.find(".entry " + std::string(probe->entry) + "(") != std::string_view::npos)
      found.push_back(probe);
  }
  return found;
}

Answer assemble_by_script(const Script& script, std::string_view ptx,
                          std::optional<Target> target) {
  if (script.absent) return {CUDA_ERROR_JIT_COMPILER_NOT_FOUND, {}};
  const auto version = parse_ptx_version(word_after(ptx, ".version "));
  const auto named = parse_target(word_after(ptx, ".target "));
  constexpr auto aborted = "ptxas fatal   : Ptx assembly aborted due to errors\n";
  if (!version || *version > script.newest) {
    return {CUDA_ERROR_UNSUPPORTED_PTX_VERSION,
            "ptxas application ptx input, line 1; fatal   : Unsupported .version " +
                std::string(word_after(ptx, ".version ")) + "; current version is '" +
                to_string(script.newest) + "'\n" + aborted};
  }
  const auto judged = target ? *target : named.value_or(Target{script.gpu, Suffix::none});
  std::string log;
  const auto refuse = [&](const Statement& statement) {
    log += "ptxas application ptx input, line " + std::to_string(statement.line) +
           "; error   : Instruction '" + std::string(statement.opcode) +
           "' not supported on .target '" + to_string(judged) + "'\n";
  };
  const auto lines = statements(ptx);
  for (const auto* probe : probes_in(ptx)) {
    if (script.accepts ? script.accepts(*probe, judged) : pack_accepts(*probe, judged)) continue;
    for (const auto& statement : lines) {
      if (statement.opcode != probe->instructions.front()) continue;
      refuse(statement);
      if (script.only_first) return {CUDA_ERROR_INVALID_PTX, log + aborted};
    }
  }
  for (const auto& statement : lines) {
    if (!statement.opcode.starts_with("vote.") || statement.opcode.starts_with("vote.sync"))
      continue;
    refuse(statement);
    if (script.only_first) break;
  }
  if (log.empty()) return {};
  return {CUDA_ERROR_INVALID_PTX, log + aborted};
}

}  // namespace bp::test
