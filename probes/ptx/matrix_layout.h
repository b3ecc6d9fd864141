// How operands of wgmma and tcgen05.mma lie in shared memory, and the descriptors that say so.
// Plain functions, used by device code and by the tests that read matrices back through the
// descriptors.
//
// Sources: PTX ISA 9.0, sections 9.7.15.5.1 "Shared Memory Matrix Layout" and "Matrix Descriptor
// Format" (wgmma), 9.7.16.4.1 "Shared Memory Descriptor" (tcgen05), 9.7.16.4.2 "Instruction
// Descriptor". Field positions were compared with cute/arch/mma_sm90_desc.hpp and
// mma_sm100_desc.hpp of CUTLASS.
#pragma once

#include <cstdint>

#ifdef __CUDACC__
#define BP_HOST_DEVICE __host__ __device__
#else
#define BP_HOST_DEVICE
#endif

namespace bp::ptx {

// --- layouts, K-major: the elements of one row (of A, or of B transposed) are neighbours
// -------------------

/// 128-byte swizzle: rows of 128 bytes one after the other; within each block of 8 rows (1024
/// bytes, which must start at a multiple of 1024) the 16-byte chunks of a row are permuted by xor
/// with the row number. Byte offset of byte `byte` (< 128) of row `row`.
BP_HOST_DEVICE constexpr unsigned swizzled_128b(unsigned row, unsigned byte) {
  return row * 128 + ((byte / 16) ^ (row % 8)) * 16 + byte % 16;
}
inline constexpr unsigned swizzled_128b_stride = 1024;  // bytes between blocks of 8 rows

/// No swizzle: core matrices of 8 rows x 16 bytes, 128 contiguous bytes each. `leading` is the
/// distance in bytes of core matrices that are neighbours along K, `stride` of those along M or N.
BP_HOST_DEVICE constexpr unsigned core_matrices(unsigned row, unsigned byte, unsigned leading,
                                                unsigned stride) {
  return row / 8 * stride + byte / 16 * leading + row % 8 * 16 + byte % 16;
}

// --- descriptors
// --------------------------------------------------------------------------------------------

/// "matrix-descriptor-encode" of the PTX ISA: 18 bits of a byte address or distance, in units
/// of 16.
BP_HOST_DEVICE constexpr std::uint64_t descriptor_encode(std::uint32_t bytes) {
  return (bytes & 0x3ffffu) >> 4;
}

/// Swizzle field of wgmma's descriptor, bits 62-63.
enum class WgmmaSwizzle : std::uint8_t { none = 0, b128 = 1, b64 = 2, b32 = 3 };

/// wgmma matrix descriptor: start address in bits 0-13, leading dimension byte offset in 16-29,
/// stride dimension byte offset in 32-45, base offset (0: blocks are aligned) in 49-51, swizzle in
/// 62-63.
BP_HOST_DEVICE constexpr std::uint64_t wgmma_descriptor(std::uint32_t address,
                                                        std::uint32_t leading, std::uint32_t stride,
                                                        WgmmaSwizzle swizzle) {
  return descriptor_encode(address) | descriptor_encode(leading) << 16 |
         descriptor_encode(stride) << 32 | static_cast<std::uint64_t>(swizzle) << 62;
}

/// Swizzle field of tcgen05's descriptor, bits 61-63.
enum class Tcgen05Swizzle : std::uint8_t { none = 0, b128_atom32 = 1, b128 = 2, b64 = 4, b32 = 6 };

/// tcgen05 shared memory descriptor: as wgmma's, but bits 46-48 hold the constant 0b001 (its
/// version), bit 52 is 0 for a relative leading dimension and the swizzle is in bits 61-63.
BP_HOST_DEVICE constexpr std::uint64_t tcgen05_descriptor(std::uint32_t address,
                                                          std::uint32_t leading,
                                                          std::uint32_t stride,
                                                          Tcgen05Swizzle swizzle) {
  return descriptor_encode(address) | descriptor_encode(leading) << 16 |
         descriptor_encode(stride) << 32 | std::uint64_t{1} << 46 |
         static_cast<std::uint64_t>(swizzle) << 61;
}

/// Types of tcgen05.mma's operands as instruction descriptors number them. In kind::mxf4 and
/// kind::mxf4nvf4 e2m1 is 1.
enum class Tcgen05Type : std::uint8_t {
  f16 = 0,
  bf16 = 1,
  tf32 = 2,
  u8 = 0,
  s8 = 1,
  e4m3 = 0,
  e5m2 = 1,
  e2m3 = 3,
  e3m2 = 4,
  e2m1 = 5,
  mxf4_e2m1 = 1,
};
/// Of D.
enum class Tcgen05Result : std::uint8_t { f16 = 0, f32 = 1, s32 = 2 };

/// Instruction descriptor of kind::f16, tf32, f8f6f4 and i8 (table "Instruction descriptor format
/// for .kind::tf32, ..."), A and B K-major: D's type in bits 4-5, A's and B's types in 7-9 and
/// 10-12, transpositions in 15 and 16, n / 8 in 17-22, m / 16 in 24-28. With cta_group::2, `m`
/// counts the rows of both CTAs.
BP_HOST_DEVICE constexpr std::uint32_t tcgen05_instruction(Tcgen05Type a, Tcgen05Type b,
                                                           Tcgen05Result d, unsigned m,
                                                           unsigned n) {
  return static_cast<std::uint32_t>(d) << 4 | static_cast<std::uint32_t>(a) << 7 |
         static_cast<std::uint32_t>(b) << 10 | n / 8 << 17 | m / 16 << 24;
}

/// Scale types of block-scaled kinds.
enum class Tcgen05Scale : std::uint8_t { ue4m3 = 0, ue8m0 = 1 };

/// Instruction descriptor of kind::mxf8f6f4, mxf4 and mxf4nvf4 (tables "Instruction descriptor
/// format for .kind::mxf8f6f4" and "... for .kind::mxf4 and .kind::mxf4nvf4"): the first scale byte
/// of B and of A in their word of Tensor Memory in bits 4-5 and 29-30, the scales' type in 23,
/// m / 128 in 27-28 (D is f32); the rest as above.
BP_HOST_DEVICE constexpr std::uint32_t tcgen05_instruction_scaled(Tcgen05Type a, Tcgen05Type b,
                                                                  Tcgen05Scale scale,
                                                                  unsigned scale_byte, unsigned m,
                                                                  unsigned n) {
  return scale_byte << 4 | static_cast<std::uint32_t>(a) << 7 |
         static_cast<std::uint32_t>(b) << 10 | n / 8 << 17 |
         static_cast<std::uint32_t>(scale) << 23 | m / 128 << 27 | scale_byte << 29;
}

/// What a sparse A adds to either: bit 2, and in bits 0-1 the column of the indices (kind::f16 and
/// kind::tf32; else 0).
BP_HOST_DEVICE constexpr std::uint32_t tcgen05_sparse(unsigned selector) { return 4 | selector; }

}  // namespace bp::ptx
