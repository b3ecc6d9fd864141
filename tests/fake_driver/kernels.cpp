#include "tests/fake_driver/kernels.h"

namespace bp::fake {

CUresult compute_kernel(Device&, const Function&, const CUlaunchConfig&, void**) {
  return CUDA_ERROR_NOT_SUPPORTED;
}

}  // namespace bp::fake
