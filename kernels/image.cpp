#include "kernels/image.h"

#include <algorithm>
#include <vector>

#include "probes/assembly/rewrite.h"

namespace bp {
namespace {

constexpr Target portable{{8, 0}, Suffix::none};

std::vector<Target> cubin_targets(const Pack& pack, std::string_view kernel,
                                  ComputeCapability gpu) {
  std::vector<Target> targets;
  for (const Assembly& row : pack.assemblies()) {
    if (row.module == kernel && row.accepted && runs_on(row.target, gpu))
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

KernelImage load_kernel_image(const Gpu& gpu, const Pack& pack, std::string_view kernel,
                              PtxVersion ptx) {
  for (const Target target : cubin_targets(pack, kernel, gpu.cc())) {
    const auto cubin = pack.cubin(kernel, target);
    if (!cubin) continue;
    try {
      return {std::make_unique<Module>(gpu, *cubin), target,
              "cubin " + to_string(target) + " of " + pack.toolkit()};
    } catch (const DriverError& error) {
      if (!is_about_the_image(error)) throw;
      break;
    }
  }
  const std::string text = retarget(pack.ptx(kernel), ptx, portable);
  std::vector<std::uint8_t> bytes(text.begin(), text.end());
  bytes.push_back(0);
  return {std::make_unique<Module>(gpu, bytes), portable,
          "PTX " + to_string(ptx) + " for " + to_string(portable) + ", assembled by the driver"};
}

}  // namespace bp
