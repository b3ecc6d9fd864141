// griddepcontrol: programmatic dependent launch. PTX ISA 9.0, section "griddepcontrol"; PTX
// ISA 7.8, sm_90.
#pragma once

namespace bp::ptx {

/// Lets the grids that depend on this one start as soon as all its CTAs have said so or ended.
__device__ inline void griddepcontrol_launch_dependents() {
  asm volatile("griddepcontrol.launch_dependents;" ::: "memory");
}

/// Waits until the grids that this one depends on have ended and their writes are visible. Blocks
/// in hardware.
__device__ inline void griddepcontrol_wait() { asm volatile("griddepcontrol.wait;" ::: "memory"); }

}  // namespace bp::ptx
