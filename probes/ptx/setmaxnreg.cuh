// setmaxnreg: moves registers between the warpgroups of a CTA. PTX ISA 9.0, section "setmaxnreg";
// PTX ISA 8.0, sm_90a, later targets with suffix a or f. Every warp of the warpgroup must execute
// it. The kernel needs a register count that is known at its entry (__launch_bounds__ with both
// arguments, or __maxnreg__).
#pragma once

namespace bp::ptx {

/// Gives registers back to the CTA's pool: `registers` (a multiple of 8 in 24..256) remain to each
/// thread.
template <int registers>
__device__ inline void setmaxnreg_dec() {
  asm volatile("setmaxnreg.dec.sync.aligned.u32 %0;" ::"n"(registers) : "memory");
}

/// Takes registers from the CTA's pool; waits until the pool holds enough of them.
template <int registers>
__device__ inline void setmaxnreg_inc() {
  asm volatile("setmaxnreg.inc.sync.aligned.u32 %0;" ::"n"(registers) : "memory");
}

}  // namespace bp::ptx
