// The driver's assembler, as the engine asks it. A function stands for it, so that tests can play
// one.
#pragma once

#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "probes/driver/link.h"
#include "probes/registry/target.h"

namespace bp {

/// Assembles a text for a target (nullopt: for the GPU in hand). May be called from several
/// threads.
using LinkFunction = std::function<LinkResult(std::string_view ptx, std::optional<Target> target)>;

/// cuLink* of an open GPU; binds its context to the calling thread.
LinkFunction link_on(const Gpu& gpu);

class DriverAssembler {
 public:
  /// `name`: "driver 580.159.04"; `declared`: the PTX version that goes with the driver's CUDA
  /// version.
  DriverAssembler(LinkFunction link, std::string name, std::optional<PtxVersion> declared);

  const std::string& name() const { return name_; }
  LinkResult assemble(std::string_view ptx, std::optional<Target> target) const {
    return link_(ptx, target);
  }

  struct Ability {
    bool present = false;  // false: no libnvidia-ptxjitcompiler, or compilation is switched off
    std::optional<PtxVersion> newest;  // newest `.version` it takes
    std::string error;                 // name of the driver's error if it is not present
  };
  /// Asked once, by assembling a text of an impossible `.version`: the complaint names the newest
  /// possible one.
  const Ability& ability() const;

 private:
  LinkFunction link_;
  std::string name_;
  std::optional<PtxVersion> declared_;
  mutable std::once_flag once_;
  mutable Ability ability_;
};

/// What a refusal without a verdict means.
enum class Trouble {
  none,            // accepted, or refused for a reason that the log states line by line
  absent,          // there is no assembler
  too_old,         // unknown version, modifier or instruction: a newer assembler might know it
  unknown_target,  // the assembler does not know the target
};
Trouble trouble(const LinkResult& result);

}  // namespace bp
