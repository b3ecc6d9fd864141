// One launch of a probe's entry on given input bytes.
#pragma once

#include <chrono>
#include <span>
#include <vector>

#include "probes/driver/gpu.h"
#include "probes/features/probe.h"

namespace bp {

/// Owns the buffers of one probe. Buffers have the exact size: a sanitizer then sees every access
/// beyond them.
class EntryRunner {
 public:
  EntryRunner(const Gpu& gpu, const Module& module, const InstructionProbe& probe,
              std::chrono::milliseconds timeout);

  /// Uploads `in`, poisons the outputs, zeroes the scratch, launches, waits, and returns the
  /// outputs as numbers. Throws DriverError, LaunchTimeout, and Unlaunchable where the launch
  /// itself was refused.
  std::vector<double> run(std::span<const std::uint8_t> in);

 private:
  const Gpu& gpu_;
  const InstructionProbe& probe_;
  std::chrono::milliseconds timeout_;
  CUfunction function_;
  DeviceBuffer in_;
  DeviceBuffer out_;
};

/// Clocks of each block of the probe's rate entry, the fastest of `rounds` launches; empty if it
/// gave none.
std::vector<std::uint64_t> run_rate(const Gpu& gpu, const Module& module,
                                    const InstructionProbe& probe, std::uint64_t seed,
                                    std::chrono::milliseconds timeout, int rounds = 3);

/// The driver refused the launch: the GPU was not touched.
struct Unlaunchable : std::runtime_error {
  Unlaunchable(Reason r) : std::runtime_error(r.sentence), reason(std::move(r)) {}
  Reason reason;
};

}  // namespace bp
