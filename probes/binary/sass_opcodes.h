// The opcodes of a cubin that say which unit does the work: matrix units, Tensor Memory, copies
// through the memory engines, barriers in memory, conversions of small numbers, packed arithmetic.
// Read from the machine code itself, so that it can be done of an image that the driver made;
// everything else in it is passed over.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace bp {

/// What was read of one cubin or of one of its kernels. All lists sorted, each name once.
struct SassReading {
  int architecture = 0;  // number of the capability: 90
  /// As nvdisasm spells them, up to the last modifier that is decoded: "HGMMA.64x64x16.F32.BF16".
  std::vector<std::string> opcodes;
  /// Those whose next modifier has a value without a known meaning, cut before it: they may be
  /// anything that begins like this.
  std::vector<std::string> unclear;
  /// NVIDIA's functions in it or called by it: "__cuda_sm_9x_mma_...", "__cuda_syscall_...".
  std::vector<std::string> helpers;
  std::size_t instructions = 0;
};

/// Of one kernel, with the functions of its section, or of all code (empty `kernel`). nullopt: not
/// a cubin that makes sense, no such kernel, or an architecture whose encodings are not known here.
std::optional<SassReading> read_sass(std::span<const std::uint8_t> cubin,
                                     std::string_view kernel = {});

/// Whether an opcode that nvdisasm prints for this architecture begins with a name of the table. Of
/// LDG, REDG and ATOMG only some forms are in it: 256 bits, vectors and floats, integers.
bool decodes(int architecture, std::string_view opcode);

}  // namespace bp
