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

/// What stands for an instruction in the code: opcodes that start with one of the `native`
/// prefixes, and functions that do the work of `own`, the feature's own instruction (empty: all
/// count), so that the helper of another one in the same code is not taken for its.
struct Witnesses {
  std::vector<std::string> native;
  std::vector<std::string> helpers;
};
Witnesses witnesses(const Disassembly& disassembly, std::span<const std::string_view> native,
                    std::string_view own = {});

/// MatrixRow::sass, the judgement of the machine code:
///   "native: OMMA.SF.16864..."     the opcodes that start with one of the `native` prefixes
///   "helper: __cuda_..."           a call to a function that does the work of the instruction: in
///                                  the cubin (__cuda_sm_...) or linked by the driver
///                                  (__cuda_syscall_...); "beside UTMALDG.2D" where the native
///                                  opcode is there too
///   "expanded: F2FP..., HMMA..."   what came instead: the special opcodes, else the arithmetic
///   ones
/// Without prefixes, "native: " and the special opcodes.
std::string describe(const Disassembly& disassembly, std::span<const std::string_view> native,
                     std::string_view own = {});

/// What a disassembly of the cubin depends on (executable ELF sections and symbol names), to see
/// whether two cubins of one GPU number hold the same code. Empty if it is not an ELF file that
/// makes sense.
std::string machine_code(std::span<const std::uint8_t> cubin);

}  // namespace bp
