// The real shapes of mla.kv_pack that `bench` times.
#pragma once

#include <vector>

#include "kernels/kernel.h"

namespace bp::mla {

std::vector<KernelShape> kv_pack_shapes();

}  // namespace bp::mla
