#include "tests/fake_driver/tensor_map.h"

#include <array>
#include <cstring>

namespace bp::fake {
namespace {

struct Packed {
  std::uint64_t address;
  std::array<std::uint64_t, 5> dims;
  std::array<std::uint32_t, 5> box;
  std::uint32_t rank;
  std::uint32_t type;
  std::uint32_t swizzle;
};
static_assert(sizeof(Packed) <= sizeof(CUtensorMap));

std::uint32_t driver_type(TensorMap::Type type) {
  switch (type) {
    case TensorMap::Type::u8:
      return CU_TENSOR_MAP_DATA_TYPE_UINT8;
    case TensorMap::Type::u16:
      return CU_TENSOR_MAP_DATA_TYPE_UINT16;
    case TensorMap::Type::u32:
      return CU_TENSOR_MAP_DATA_TYPE_UINT32;
    case TensorMap::Type::f16:
      return CU_TENSOR_MAP_DATA_TYPE_FLOAT16;
    case TensorMap::Type::bf16:
      return CU_TENSOR_MAP_DATA_TYPE_BFLOAT16;
    case TensorMap::Type::f32:
      return CU_TENSOR_MAP_DATA_TYPE_FLOAT32;
  }
  return CU_TENSOR_MAP_DATA_TYPE_UINT8;
}

std::uint32_t driver_swizzle(TensorMap::Swizzle swizzle) {
  switch (swizzle) {
    case TensorMap::Swizzle::none:
      return CU_TENSOR_MAP_SWIZZLE_NONE;
    case TensorMap::Swizzle::b32:
      return CU_TENSOR_MAP_SWIZZLE_32B;
    case TensorMap::Swizzle::b64:
      return CU_TENSOR_MAP_SWIZZLE_64B;
    case TensorMap::Swizzle::b128:
      return CU_TENSOR_MAP_SWIZZLE_128B;
  }
  return CU_TENSOR_MAP_SWIZZLE_NONE;
}

/// What stands in the place of the box: pixels, channels and the first corner.
std::array<std::uint32_t, 5> im2col_box(const TensorMap::Im2col& im2col) {
  return {im2col.pixels, im2col.channels, static_cast<std::uint32_t>(im2col.lower[0]),
          static_cast<std::uint32_t>(im2col.upper[0]), 0};
}

}  // namespace

CUresult encode(CUtensorMap& map, const TiledMap& d) {
  // CUDA driver API, cuTensorMapEncodeTiled: address aligned to 16, rank 1 to 5, strides multiples
  // of 16, dimensions up to 2^32, box dimensions up to 256.
  if (d.address % 16 != 0 || d.rank == 0 || d.rank > 5) return CUDA_ERROR_INVALID_VALUE;
  Packed packed{.address = d.address,
                .dims = {},
                .box = {},
                .rank = d.rank,
                .type = static_cast<std::uint32_t>(d.type),
                .swizzle = static_cast<std::uint32_t>(d.swizzle)};
  if (d.im2col) {
    // cuTensorMapEncodeIm2col: rank 3 to 5, up to 256 channels and 1024 pixels, corners of rank 4
    // in a signed byte.
    if (d.rank < 3 || d.im2col->channels > 256 || d.im2col->pixels > 1024)
      return CUDA_ERROR_INVALID_VALUE;
    for (std::size_t i = 0; i + 2 < d.rank; ++i) {
      const auto in_byte = [](int corner) { return corner >= -128 && corner <= 127; };
      if (!in_byte(d.im2col->lower[i]) || !in_byte(d.im2col->upper[i]))
        return CUDA_ERROR_INVALID_VALUE;
    }
    packed.box = im2col_box(*d.im2col);
  }
  for (std::size_t i = 0; i < d.rank; ++i) {
    if (d.dims[i] == 0 || d.dims[i] > (std::uint64_t{1} << 32)) return CUDA_ERROR_INVALID_VALUE;
    if (!d.im2col && (d.box[i] == 0 || d.box[i] > 256)) return CUDA_ERROR_INVALID_VALUE;
    if (i + 1 < d.rank && d.strides[i] % 16 != 0) return CUDA_ERROR_INVALID_VALUE;
    packed.dims[i] = d.dims[i];
    if (!d.im2col) packed.box[i] = d.box[i];
  }
  std::memset(&map, 0, sizeof map);
  std::memcpy(&map, &packed, sizeof packed);
  return CUDA_SUCCESS;
}

bool describes(const CUtensorMap& map, const TensorMap& probe, CUdeviceptr in) {
  Packed packed;
  std::memcpy(&packed, &map, sizeof packed);
  if (packed.rank != probe.rank || packed.address != in + probe.offset) return false;
  if (packed.type != driver_type(probe.type) || packed.swizzle != driver_swizzle(probe.swizzle))
    return false;
  const auto box = probe.im2col ? im2col_box(*probe.im2col) : probe.box;
  for (std::size_t i = 0; i < probe.rank; ++i)
    if (packed.dims[i] != probe.dims[i] || packed.box[i] != box[i]) return false;
  return true;
}

}  // namespace bp::fake
