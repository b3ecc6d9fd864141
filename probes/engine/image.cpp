#include "probes/engine/image.h"

#include <vector>

#include "probes/assembly/rewrite.h"
#include "probes/driver/link.h"

namespace bp {
namespace {

/// Says nothing about the image: trying another one would hide it.
bool is_other_trouble(const DriverError& error) {
  return error.sticky() || error.code == CUDA_ERROR_OUT_OF_MEMORY;
}

/// Of the driver's assembler about the text, or that there is none: loading the text in one step
/// asks the same assembler again.
bool is_verdict(CUresult code) {
  return code == CUDA_ERROR_INVALID_PTX || code == CUDA_ERROR_UNSUPPORTED_PTX_VERSION ||
         code == CUDA_ERROR_NO_BINARY_FOR_GPU || code == CUDA_ERROR_JIT_COMPILER_NOT_FOUND ||
         code == CUDA_ERROR_JIT_COMPILATION_DISABLED;
}

/// Targets whose PTX may load: all of the GPU, without those that the embedded toolkit refuses.
std::vector<Target> ptx_targets(const Pack& pack, std::string_view module, ComputeCapability gpu) {
  std::vector<Target> targets;
  for (const auto target : targets_for(gpu)) {
    const auto* row = pack.find(module, target);
    if (row == nullptr || row->accepted) targets.push_back(target);
  }
  return targets;
}

/// Linked texts are compiled as separate units, and there the assembler leaves setmaxnreg out
/// ("'setmaxnreg' ignored to maintain compatibility across compilation units", C7504 of ptxas 13.0;
/// seen on an H200 with driver 580): such a text must be compiled whole.
bool must_be_whole(std::string_view ptx) { return ptx.find("setmaxnreg.") != ptx.npos; }

/// Links the text and loads what comes out, whose bytes are then at hand. false: not loaded, for
/// reasons of the linker's own. Throws the assembler's refusal.
bool load_linked(const Gpu& gpu, std::string_view ptx, Target target, Image& image) {
  // A target that the build does not know is left to the context: CU_JIT_TARGET could not name it.
  auto linked = link_image(gpu, ptx, is_known(target) ? std::optional(target) : std::nullopt);
  if (is_verdict(linked.code)) {
    DriverError error(linked.code, linked.name, "cuLinkAddData");
    error.log = std::move(linked.log);
    throw error;
  }
  if (linked.image.empty()) return false;
  try {
    image.module = std::make_unique<Module>(gpu, linked.image);
  } catch (const DriverError& error) {
    if (is_other_trouble(error)) throw;
    return false;
  }
  image.code = std::move(linked.image);
  return true;
}

}  // namespace

Expectation expectation(const Pack& pack, std::string_view module, ComputeCapability gpu) {
  auto result = Expectation::refused;
  for (const auto target : targets_for(gpu)) {
    const auto* row = pack.find(module, target);
    if (row == nullptr) {
      result = Expectation::unknown;
    } else if (row->accepted) {
      return Expectation::accepted;
    }
  }
  return result;
}

Image load_ptx(const Gpu& gpu, const DriverAssembler& assembler, std::string_view ptx,
               PtxVersion version, Target target) {
  Image image{
      .module = nullptr,
      .target = target,
      .text = "PTX " + to_string(version) + " for " + to_string(target) + " by " + assembler.name(),
      .assembly = nullptr,
      .code = {}};
  if (!must_be_whole(ptx) && load_linked(gpu, ptx, target, image)) return image;
  std::vector<std::uint8_t> text(ptx.begin(), ptx.end());
  text.push_back(0);
  image.module = std::make_unique<Module>(gpu, text);
  return image;
}

Image load_retargeted(const Gpu& gpu, const Pack& pack, const DriverAssembler& assembler,
                      const InstructionProbe& probe, Target target) {
  // What the driver takes at most only matters for a target that the build does not know.
  const auto newest = is_known(target) ? probe.ptx : assembler.ability().newest.value_or(probe.ptx);
  const auto version = version_for(probe.ptx, target, newest);
  return load_ptx(gpu, assembler, retarget(pack.ptx(probe.feature), version, target), version,
                  target);
}

std::optional<Image> load_image(const Gpu& gpu, const Pack& pack, const DriverAssembler& assembler,
                                const InstructionProbe& probe) {
  for (const auto target : targets_for(gpu.cc())) {
    const auto* row = pack.find(probe.feature, target);
    if (row == nullptr || !row->accepted) continue;
    auto cubin = pack.cubin(probe.feature, target);
    if (!cubin) continue;
    try {
      auto module = std::make_unique<Module>(gpu, *cubin);
      return Image{.module = std::move(module),
                   .target = target,
                   .text = "cubin " + to_string(target) + " of " + pack.toolkit(),
                   .assembly = row,
                   .code = std::move(*cubin)};
    } catch (const DriverError& error) {
      if (is_other_trouble(error)) throw;
      break;  // an older driver: its own assembler makes what it can load
    }
  }
  for (const auto target : ptx_targets(pack, probe.feature, gpu.cc())) {
    try {
      return load_retargeted(gpu, pack, assembler, probe, target);
    } catch (const DriverError& error) {
      if (is_other_trouble(error)) throw;
    }
  }
  return std::nullopt;
}

}  // namespace bp
