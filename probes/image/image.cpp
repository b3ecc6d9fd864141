#include "probes/image/image.h"

#include <algorithm>
#include <vector>

#include "probes/assembly/rewrite.h"

namespace bp {
namespace {

std::vector<Target> cubin_targets(const Pack& pack, std::string_view module,
                                  ComputeCapability gpu) {
  std::vector<Target> targets;
  for (const Assembly& row : pack.assemblies()) {
    if (row.module == module && row.accepted && runs_on(row.target, gpu))
      targets.push_back(row.target);
  }
  std::ranges::sort(targets,
                    std::greater<>());  // the closest minor and the most specific suffix first
  return targets;
}

bool is_about_the_image(const DriverError& error) {
  return !error.sticky() && error.code != CUDA_ERROR_OUT_OF_MEMORY;
}

}  // namespace

ModuleImage load_module_image(const Gpu& gpu, const Pack& pack, std::string_view module,
                              PtxVersion ptx, Target portable) {
  for (const Target target : cubin_targets(pack, module, gpu.cc())) {
    const auto cubin = pack.cubin(module, target);
    if (!cubin) continue;
    try {
      return {std::make_unique<Module>(gpu, *cubin), target,
              "cubin " + to_string(target) + " of " + pack.toolkit()};
    } catch (const DriverError& error) {
      if (!is_about_the_image(error)) throw;
      break;
    }
  }
  return load_ptx_image(gpu, pack, module, ptx, portable);
}

ModuleImage load_ptx_image(const Gpu& gpu, const Pack& pack, std::string_view module,
                           PtxVersion ptx, Target portable) {
  const std::string text = retarget(pack.ptx(module), ptx, portable);
  std::vector<std::uint8_t> bytes(text.begin(), text.end());
  bytes.push_back(0);
  return {std::make_unique<Module>(gpu, bytes), portable,
          "PTX " + to_string(ptx) + " for " + to_string(portable) + ", assembled by the driver"};
}

}  // namespace bp
