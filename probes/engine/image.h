// The machine code of a probe for the GPU in hand: the embedded cubin, else its PTX through the
// driver.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "probes/assembly/pack.h"
#include "probes/driver/gpu.h"
#include "probes/engine/assembler.h"
#include "probes/features/probe.h"

namespace bp {

struct Image {
  std::unique_ptr<Module> module;
  Target target;
  std::string text;                    // evidence: "cubin sm_90a of ptxas 13.0.88"
  const Assembly* assembly = nullptr;  // of the cubin that was loaded; null for PTX
  /// The very bytes that were loaded; empty where the driver did not hand out what it made of PTX.
  std::vector<std::uint8_t> code{};
};

/// How the embedded toolkit expects a module to fare on a GPU.
enum class Expectation { accepted, refused, unknown };
Expectation expectation(const Pack& pack, std::string_view module, ComputeCapability gpu);

/// Loads the cubin of the first target that the embedded toolkit took; where the driver does not
/// load it, or the capability is unknown to the build, the PTX for each target in turn. nullopt:
/// the driver takes none of them, which its assembler has to explain (refusals.h). Throws
/// DriverError if it is sticky or about resources.
std::optional<Image> load_image(const Gpu& gpu, const Pack& pack, const DriverAssembler& assembler,
                                const InstructionProbe& probe);

/// The given PTX text, as it is: assembled first, so that the machine code is known, then loaded.
/// Where the driver's linker has troubles of its own, the driver loads the text in one step. Throws
/// DriverError, with the assembler's log where it refused the text.
Image load_ptx(const Gpu& gpu, const DriverAssembler& assembler, std::string_view ptx,
               PtxVersion version, Target target);

/// Retargets the probe's PTX and loads it for one target.
Image load_retargeted(const Gpu& gpu, const Pack& pack, const DriverAssembler& assembler,
                      const InstructionProbe& probe, Target target);

}  // namespace bp
