#include "kernels/image.h"

#include "kernels/embedded.h"

namespace bp {

ModuleImage load_portable_kernel(const Gpu& gpu, std::string_view module, Tuning tuning) {
  return tuning == Tuning::portable
             ? load_ptx_image(gpu, kernel_pack(), module, portable_ptx, portable_target)
             : load_module_image(gpu, kernel_pack(), module, portable_ptx, portable_target);
}

ModuleImage load_float8_kernel(const Gpu& gpu, std::string_view module) {
  return load_module_image(gpu, kernel_pack(), module, float8_ptx, float8_target);
}

ModuleImage load_hopper_kernel(const Gpu& gpu, std::string_view module) {
  return load_module_image(gpu, kernel_pack(), module, hopper_ptx, hopper_target);
}

}  // namespace bp
