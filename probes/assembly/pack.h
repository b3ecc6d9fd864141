// What this build's assembler said of every module (probe or kernel) for every target it was tried
// for, with the PTX and the machine code of the accepted ones. Written at build time by bp-assemble
// and embedded in the program; see cmake/DeviceCode.cmake. The layout is described in
// pack_format.h.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "probes/registry/evidence.h"
#include "probes/registry/target.h"

namespace bp {

/// One (module, target) as assembled at build time.
struct Assembly {
  std::string module;  // feature id or kernel id
  Target target;
  bool accepted = false;
  bool on_target = false;  // refused because of the target itself (log.h: not_on_target)
  std::string message;     // deciding message of a refusal, verbatim
  std::string sass;        // see MatrixRow::sass
  std::vector<std::string>
      opcodes;  // SASS opcodes of the cubin, sorted, unique; empty: not disassembled
};

struct PackError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// An immutable set of assemblies. Reading is lazy: the index is small and read at once; PTX and
/// cubins are inflated one by one. Safe to use from several threads.
class Pack {
 public:
  /// `bytes` must outlive the pack. Throws PackError if they are damaged.
  explicit Pack(std::span<const std::uint8_t> bytes);
  ~Pack();
  Pack(Pack&&) noexcept;

  const std::string& toolkit() const;            // "ptxas 13.0.88"
  std::span<const Assembly> assemblies() const;  // sorted by module, then target
  const Assembly* find(std::string_view module, Target target) const;
  std::string ptx(std::string_view module)
      const;  // as nvcc wrote it (compute_80 header); empty: no such module
  std::optional<std::vector<std::uint8_t>> cubin(std::string_view module, Target target) const;
  /// For a bare capability: the first of plain, f, a that is accepted, else the refused `a` row;
  /// null if the toolkit knows no target of that capability.
  const Assembly* best(std::string_view module, ComputeCapability cc) const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

std::vector<MatrixRow> matrix_rows(const Pack& pack);

}  // namespace bp
