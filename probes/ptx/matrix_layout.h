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

/// Instruction descriptor of kind::f16 with f16 operands, both K-major, and an f32 result: D's type
/// (f32 is 1) in bits 4-5, A's and B's types (f16 is 0) in 7-9 and 10-12, transpositions in 15 and
/// 16, n / 8 in 17-22, m / 16 in 24-28. With cta_group::2, `m` counts the rows of both CTAs.
BP_HOST_DEVICE constexpr std::uint32_t tcgen05_instruction_f16(unsigned m, unsigned n) {
  return 1u << 4 | n / 8 << 17 | m / 16 << 24;
}

}  // namespace bp::ptx
