// Operand tiles of wgmma in shared memory, for every swizzle mode and both majors, and their
// descriptors. Plain functions, used by device code and by the tests that read matrices back
// through the descriptors.
//
// A tile is `lines` lines of the dimension that is contiguous in memory: a line is a row of A or a
// column of B where the operand is K-major, all of M or N at one k where it is M- or N-major. It is
// cut into panels as wide as the swizzle mode (16 bytes without swizzle); in a panel the lines
// follow each other. PTX ISA 9.0, 9.7.15.5.1.2 "Shared Memory Matrix Layout", "Strides" and "Matrix
// Descriptor Format"; compared with the canonical layouts that CUTLASS lists at make_gmma_desc
// (mma_traits_sm90_gmma.hpp).
#pragma once

#include "probes/ptx/matrix_layout.h"

namespace bp::ptx {

BP_HOST_DEVICE constexpr unsigned panel_bytes(WgmmaSwizzle swizzle) {
  switch (swizzle) {
    case WgmmaSwizzle::b128:
      return 128;
    case WgmmaSwizzle::b64:
      return 64;
    case WgmmaSwizzle::b32:
      return 32;
    case WgmmaSwizzle::none:
      break;
  }
  return 16;
}

/// Byte offset in the tile of byte `byte` of line `line`. `lines` is a multiple of 8, the tile
/// starts at a multiple of 1024: the swizzle is then a function of the offset, bits 4 and up xor
/// bits 7 and up, as many as chunks of 16 bytes make two, four or eight in a panel.
BP_HOST_DEVICE constexpr unsigned in_panels(WgmmaSwizzle swizzle, unsigned lines, unsigned line,
                                            unsigned byte) {
  const unsigned width = panel_bytes(swizzle);
  const unsigned offset = (byte / width * lines + line) * width + byte % width;
  return offset ^ (offset >> 7 & (width / 16 - 1)) << 4;
}

/// K-major: what starts at byte `byte` of each line, a multiple of 32. Eight lines are one atom,
/// and the stride leads to the next eight. The leading dimension is used without swizzle only: to
/// the next 16 bytes along K, which are the next panel.
BP_HOST_DEVICE constexpr std::uint64_t wgmma_k_major(std::uint32_t tile, WgmmaSwizzle swizzle,
                                                     unsigned lines, unsigned byte) {
  const unsigned width = panel_bytes(swizzle);
  const unsigned leading = swizzle == WgmmaSwizzle::none ? lines * width : 16;
  return wgmma_descriptor(tile + byte / width * lines * width + byte % width, leading, 8 * width,
                          swizzle);
}

/// M- or N-major: what starts at line `k`, a multiple of 8. Here the two distances change places:
/// with swizzle the leading dimension leads to the next panel (along M or N) and the stride to the
/// next eight k, without swizzle it is the other way round.
BP_HOST_DEVICE constexpr std::uint64_t wgmma_mn_major(std::uint32_t tile, WgmmaSwizzle swizzle,
                                                      unsigned lines, unsigned k) {
  const unsigned width = panel_bytes(swizzle);
  const unsigned to_next_panel = lines * width;
  const unsigned to_next_k = 8 * width;
  const bool plain = swizzle == WgmmaSwizzle::none;
  return wgmma_descriptor(tile + k * width, plain ? to_next_k : to_next_panel,
                          plain ? to_next_panel : to_next_k, swizzle);
}

}  // namespace bp::ptx
