// An assembler by rule: it refuses the opcodes that the embedded toolkit refuses for a target, in
// ptxas' words.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "probes/engine/assembler.h"
#include "probes/features/embedded.h"
#include "tests/engine/table_driver.h"

namespace bp::test {

struct Script {
  PtxVersion newest{9, 0};
  ComputeCapability gpu{9, 0};  // target of texts without CU_JIT_TARGET
  bool only_first = false;      // like ptxas 12.2: stops at the first line that it refuses
  bool absent = false;
  /// Verdict on (feature, target); the embedded toolkit's if not set.
  std::function<bool(const InstructionProbe& probe, Target target)> accepts;
};

/// Features whose entry is in the text.
std::vector<const InstructionProbe*> probes_in(std::string_view ptx);

Answer assemble_by_script(const Script& script, std::string_view ptx, std::optional<Target> target);

}  // namespace bp::test
