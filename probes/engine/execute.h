// Running a loaded probe: exact inputs, random inputs, planted fault (DESIGN, "How a probe decides"
// 5), then native or emulated.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "probes/engine/image.h"
#include "probes/registry/evidence.h"

namespace bp {

struct ExecuteOptions {
  std::uint64_t seed = 1;
  std::chrono::milliseconds timeout{10000};
  std::vector<std::string> injected_tools;  // not empty: clocks are not valid
  bool mps_shared = false;                  // a fault would end other clients
  bool rates = false;                       // report the rate of every clocked loop
};

class Executor {
 public:
  Executor(const Gpu& gpu, const Pack& pack, const DriverAssembler& assembler,
           ExecuteOptions options);

  /// nullopt: the driver takes no image of the probe, see load_image. Driver errors and time-outs
  /// are results.
  std::optional<FeatureResult> run(const InstructionProbe& probe);
  /// The same with an image already loaded, or to be loaded by `load`.
  FeatureResult run(const InstructionProbe& probe, const std::function<Image()>& load);

 private:
  /// Of a probe that is never launched: what the embedded toolkit made of it for this GPU.
  FeatureResult assembled_only(const InstructionProbe& probe) const;
  void decide(const InstructionProbe& probe, Image& image, FeatureResult& result);
  void decide_by_opcode(const InstructionProbe& probe, const Image& image, FeatureResult& result);
  void clock(const InstructionProbe& probe, Image& image, FeatureResult& result);
  void decide_by_ratio(const InstructionProbe& probe, double ratio, Target target,
                       FeatureResult& result);
  /// Operations per clock and SM of the probe's clocked loop, measured once; nullopt if it has none
  /// or it gave nothing. Throws Unlaunchable.
  std::optional<double> rate(const InstructionProbe& probe, Image& image);
  std::optional<double> baseline_rate(const InstructionProbe& probe);
  Evidence evidence(EvidenceKind kind, Target target, std::string text, bool against = false) const;

  const Gpu& gpu_;
  const Pack& pack_;
  const DriverAssembler& assembler_;
  ExecuteOptions options_;
  std::map<std::string_view, double> rates_;
  /// Keeps one small block allocated: without it the driver maps and unmaps its pool for every
  /// probe.
  std::optional<DeviceBuffer> anchor_;
};

/// Whether a fault of the probe is thinkable, so that it must not run beside other MPS clients: it
/// uses more than warp-wide instructions on registers and its own shared memory.
bool can_fault(const InstructionProbe& probe);

}  // namespace bp
