// elect.sync (PTX ISA 9.0, section "elect.sync"; PTX ISA 8.0, sm_90): elects one active thread of
// the warp.
#pragma once

namespace bp::ptx {

/// True in exactly one thread of the full warp.
__device__ inline bool elect_sync() {
  unsigned elected;
  asm volatile(
      "{\n\t.reg .pred p;\n\t"
      "elect.sync _|p, 0xffffffff;\n\t"
      "selp.u32 %0, 1, 0, p;\n\t}"
      : "=r"(elected));
  return elected != 0;
}

}  // namespace bp::ptx
