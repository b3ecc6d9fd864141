// clusterlaunchcontrol: a running CTA takes over the place of one that has not started. PTX
// ISA 9.0, sections "clusterlaunchcontrol.try_cancel" and "clusterlaunchcontrol.query_cancel"; PTX
// ISA 8.6, sm_100.
#pragma once

#include "probes/ptx/mbarrier.cuh"

namespace bp::ptx {

/// Asks; the answer's 16 bytes come to shared memory and are counted by the barrier.
__device__ inline void clusterlaunchcontrol_try_cancel(void* answer, unsigned long long* barrier) {
  asm volatile(
      "clusterlaunchcontrol.try_cancel.async.shared::cta.mbarrier::complete_tx::bytes.b128 "
      "[%0], [%1];" ::"r"(shared_address(answer)),
      "r"(shared_address(barrier))
      : "memory");
}

/// Asks for all CTAs of the cluster: the answer comes to the same place in each of them and is
/// counted by the barrier at the same place there. On targets with a or f.
__device__ inline void clusterlaunchcontrol_try_cancel_multicast(void* answer,
                                                                 unsigned long long* barrier) {
  asm volatile(
      "clusterlaunchcontrol.try_cancel.async.shared::cta.mbarrier::complete_tx::bytes"
      ".multicast::cluster::all.b128 [%0], [%1];" ::"r"(shared_address(answer)),
      "r"(shared_address(barrier))
      : "memory");
}

struct Cancelled {
  bool any;
  unsigned ctaid;  // x, of the first CTA of the cluster that was taken over
};

/// Reads an answer that has come.
__device__ inline Cancelled clusterlaunchcontrol_query(const ulonglong2* answer) {
  const ulonglong2 words = *answer;
  unsigned any;
  unsigned ctaid;
  asm volatile(
      "{\n\t.reg .pred p;\n\t.reg .b128 handle;\n\t"
      "mov.b128 handle, {%2, %3};\n\t"
      "clusterlaunchcontrol.query_cancel.is_canceled.pred.b128 p, handle;\n\t"
      "selp.u32 %0, 1, 0, p;\n\t"
      "mov.u32 %1, 0;\n\t"
      "@p clusterlaunchcontrol.query_cancel.get_first_ctaid.v4.b32.b128 {%1, _, _, _}, handle;\n\t}"
      : "=r"(any), "=r"(ctaid)
      : "l"(words.x), "l"(words.y)
      : "memory");
  return {any != 0, ctaid};
}

}  // namespace bp::ptx
