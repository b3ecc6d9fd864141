// What an accepted instruction became: reading a disassembly (nvdisasm -c) of the machine code.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace bp {

struct Disassembly {
  std::vector<std::string> opcodes;  // with modifiers, sorted, unique
  std::vector<std::string>
      helpers;  // called or undefined functions of NVIDIA's: "__cuda_syscall_..."
};

/// Never fails: lines that are not instructions are passed over.
Disassembly parse_disassembly(std::string_view text);

/// MatrixRow::sass, the judgement of the machine code:
///   "native: OMMA.SF.16864..."     the opcodes that start with one of the `native` prefixes
///   "helper: __cuda_..."           a call to a function in the cubin, or to one that the driver
///   has
///                                  to link; with "beside UTMALDG.2D" where a branch decides at run
///                                  time
///   "expanded: F2FP..., HMMA..."   what came instead: the special opcodes, else the arithmetic
///   ones
/// Without prefixes, "native: " and the special opcodes.
std::string describe(const Disassembly& disassembly, std::span<const std::string_view> native);

/// What a disassembly of the cubin depends on (executable ELF sections and symbol names), to see
/// whether two cubins of one GPU number hold the same code. Empty if it is not an ELF file that
/// makes sense.
std::string machine_code(std::span<const std::uint8_t> cubin);

}  // namespace bp
