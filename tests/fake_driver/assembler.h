// The driver's assembler, played by a real ptxas: its log is the driver's log.
#pragma once

#include <cuda.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "probes/registry/target.h"
#include "tests/fake_driver/machine.h"

namespace bp::fake {

struct Assembled {
  CUresult result = CUDA_SUCCESS;
  std::string errors;  // error and fatal lines, in the driver's wording
  std::string infos;   // warnings and advisories
  std::vector<std::uint8_t> cubin;
};

/// Assembles PTX text for `target`, or where there is none for the GPU with the suffix of the
/// text's own
/// `.target`. Runs the machine's ptxas in a process of its own.
Assembled assemble(const Machine& machine, const FakeGpu& gpu, std::string_view ptx,
                   std::optional<Target> target);

/// The target of a CU_JIT_TARGET value (cuda.h: 10 x major + minor, 0x10000 for `a`, 0x20000 for
/// `f`).
std::optional<Target> target_of_jit_option(std::uint32_t value);

}  // namespace bp::fake
