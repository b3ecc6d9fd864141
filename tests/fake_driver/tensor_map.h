// The fake's CUtensorMap: its own layout (the real one is not public), made and read only here.
#pragma once

#include <cuda.h>

#include "probes/features/probe.h"

namespace bp::fake {

struct TiledMap {
  CUtensorMapDataType type{};
  cuuint32_t rank = 0;
  CUdeviceptr address = 0;
  const cuuint64_t* dims = nullptr;
  const cuuint64_t* strides = nullptr;
  const cuuint32_t* box = nullptr;
  CUtensorMapSwizzle swizzle{};
  std::optional<TensorMap::Im2col> im2col{};
};

/// Packs the description, after the checks of cuTensorMapEncodeTiled that concern alignment and
/// ranges.
CUresult encode(CUtensorMap& map, const TiledMap& description);

/// Whether `map` is the one that `probe` declares over the input buffer at `in`.
bool describes(const CUtensorMap& map, const TensorMap& probe, CUdeviceptr in);

}  // namespace bp::fake
