// Running an assembler program: at build time by bp-assemble, at run time by `matrix --ptxas PATH`.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "probes/assembly/process.h"
#include "probes/registry/evidence.h"
#include "probes/registry/target.h"

namespace bp {

struct PtxasError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// An assembler on disk. Construction runs `--version`; throws PtxasError (one sentence) if it
/// cannot.
class Ptxas {
 public:
  /// Its processes are among `running`, where that is given.
  explicit Ptxas(std::string path, std::shared_ptr<RunningGroups> running = nullptr);
  const std::string& name() const { return name_; }  // "ptxas 13.0.88"
  PtxVersion newest_ptx() const { return newest_; }  // newest `.version` it takes

  struct Output {
    bool accepted = false;
    std::string log;                  // stdout and stderr together
    std::vector<std::uint8_t> cubin;  // if accepted
  };
  /// Assembles one text for one target. A run longer than `timeout` is killed and throws
  /// PtxasError.
  Output assemble(std::string_view ptx, Target target,
                  std::chrono::milliseconds timeout = std::chrono::seconds(60)) const;
  /// Whether it can assemble for this target at all.
  bool knows(Target target) const;
  static bool is_unknown_target(const Output& output);

 private:
  std::string path_;
  std::shared_ptr<RunningGroups> running_;
  std::string name_;
  PtxVersion newest_;
};

/// A module to judge for many targets.
struct MatrixModule {
  std::string feature;
  std::string ptx;
  std::string own;  // the feature's own instruction; empty: none
  PtxVersion minimum;
};
/// features x targets with this assembler, run on `threads` threads, in the order of modules then
/// targets. A target that the assembler does not know is left out.
std::vector<MatrixRow> matrix_with(const Ptxas& ptxas, std::span<const MatrixModule> modules,
                                   std::span<const Target> targets, unsigned threads);

}  // namespace bp
