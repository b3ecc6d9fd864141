// Tensor Memory and the tensor core of sm_100, 103 and 110 (PTX ISA 9.0, 9.7.16). A Tensor Memory
// address has the lane in bits 16-31 and the column in bits 0-15; warp w of a warpgroup reaches
// lanes 32 w to 32 w + 31.
#pragma once

#include <cstdint>

namespace bp::ptx {

// --- allocation: one warp; with cta_group::2 one warp of each CTA of the pair ---

/// Writes the address of `columns` (a power of two from 32 to 512) to shared memory at `result`.
/// Blocks while another CTA of the SM holds them.
template <int cta_group>
__device__ inline void tcgen05_alloc(unsigned result, unsigned columns) {
  static_assert(cta_group == 1 || cta_group == 2);
  if constexpr (cta_group == 1) {
    asm volatile("tcgen05.alloc.cta_group::1.sync.aligned.shared::cta.b32 [%0], %1;" ::"r"(result),
                 "r"(columns)
                 : "memory");
  } else {
    asm volatile("tcgen05.alloc.cta_group::2.sync.aligned.shared::cta.b32 [%0], %1;" ::"r"(result),
                 "r"(columns)
                 : "memory");
  }
}

/// No further allocation by this CTA: others on the SM need not wait for its end.
template <int cta_group>
__device__ inline void tcgen05_relinquish_alloc_permit() {
  static_assert(cta_group == 1 || cta_group == 2);
  if constexpr (cta_group == 1) {
    asm volatile("tcgen05.relinquish_alloc_permit.cta_group::1.sync.aligned;");
  } else {
    asm volatile("tcgen05.relinquish_alloc_permit.cta_group::2.sync.aligned;");
  }
}

template <int cta_group>
__device__ inline void tcgen05_dealloc(unsigned address, unsigned columns) {
  static_assert(cta_group == 1 || cta_group == 2);
  if constexpr (cta_group == 1) {
    asm volatile("tcgen05.dealloc.cta_group::1.sync.aligned.b32 %0, %1;" ::"r"(address),
                 "r"(columns));
  } else {
    asm volatile("tcgen05.dealloc.cta_group::2.sync.aligned.b32 %0, %1;" ::"r"(address),
                 "r"(columns));
  }
}

// --- loads and stores: a whole warp, thread t has lane t of the warp's 32 ---

/// 16 columns from `address` on: value i goes to column i.
__device__ inline void tcgen05_store(unsigned address, const unsigned (&v)[16]) {
  asm volatile(
      "tcgen05.st.sync.aligned.32x32b.x16.b32 [%0], "
      "{%1, %2, %3, %4, %5, %6, %7, %8, %9, %10, %11, %12, %13, %14, %15, %16};" ::"r"(address),
      "r"(v[0]), "r"(v[1]), "r"(v[2]), "r"(v[3]), "r"(v[4]), "r"(v[5]), "r"(v[6]), "r"(v[7]),
      "r"(v[8]), "r"(v[9]), "r"(v[10]), "r"(v[11]), "r"(v[12]), "r"(v[13]), "r"(v[14]), "r"(v[15])
      : "memory");
}

/// 32 columns from `address` on.
__device__ inline void tcgen05_store(unsigned address, const unsigned (&v)[32]) {
  asm volatile(
      "tcgen05.st.sync.aligned.32x32b.x32.b32 [%0], "
      "{%1, %2, %3, %4, %5, %6, %7, %8, %9, %10, %11, %12, %13, %14, %15, %16, "
      "%17, %18, %19, %20, %21, %22, %23, %24, %25, %26, %27, %28, %29, %30, %31, %32};" ::"r"(
          address),
      "r"(v[0]), "r"(v[1]), "r"(v[2]), "r"(v[3]), "r"(v[4]), "r"(v[5]), "r"(v[6]), "r"(v[7]),
      "r"(v[8]), "r"(v[9]), "r"(v[10]), "r"(v[11]), "r"(v[12]), "r"(v[13]), "r"(v[14]), "r"(v[15]),
      "r"(v[16]), "r"(v[17]), "r"(v[18]), "r"(v[19]), "r"(v[20]), "r"(v[21]), "r"(v[22]),
      "r"(v[23]), "r"(v[24]), "r"(v[25]), "r"(v[26]), "r"(v[27]), "r"(v[28]), "r"(v[29]),
      "r"(v[30]), "r"(v[31])
      : "memory");
}

/// 32 columns from `address` on; the values are there after tcgen05_wait_load.
__device__ inline void tcgen05_load(unsigned (&v)[32], unsigned address) {
  asm volatile(
      "tcgen05.ld.sync.aligned.32x32b.x32.b32 "
      "{%0, %1, %2, %3, %4, %5, %6, %7, %8, %9, %10, %11, %12, %13, %14, %15, "
      "%16, %17, %18, %19, %20, %21, %22, %23, %24, %25, %26, %27, %28, %29, %30, %31}, "
      "[%32];"
      : "=r"(v[0]), "=r"(v[1]), "=r"(v[2]), "=r"(v[3]), "=r"(v[4]), "=r"(v[5]), "=r"(v[6]),
        "=r"(v[7]), "=r"(v[8]), "=r"(v[9]), "=r"(v[10]), "=r"(v[11]), "=r"(v[12]), "=r"(v[13]),
        "=r"(v[14]), "=r"(v[15]), "=r"(v[16]), "=r"(v[17]), "=r"(v[18]), "=r"(v[19]), "=r"(v[20]),
        "=r"(v[21]), "=r"(v[22]), "=r"(v[23]), "=r"(v[24]), "=r"(v[25]), "=r"(v[26]), "=r"(v[27]),
        "=r"(v[28]), "=r"(v[29]), "=r"(v[30]), "=r"(v[31])
      : "r"(address)
      : "memory");
}

__device__ inline void tcgen05_wait_store() {
  asm volatile("tcgen05.wait::st.sync.aligned;" ::: "memory");
}
__device__ inline void tcgen05_wait_load() {
  asm volatile("tcgen05.wait::ld.sync.aligned;" ::: "memory");
}

// --- ordering across threads: before and after the barrier between them ---

__device__ inline void tcgen05_fence_before_sync() {
  asm volatile("tcgen05.fence::before_thread_sync;" ::: "memory");
}
__device__ inline void tcgen05_fence_after_sync() {
  asm volatile("tcgen05.fence::after_thread_sync;" ::: "memory");
}

// --- copies and completion: one thread; MMAs are in tcgen05_mma.cuh ---

/// tcgen05.cp: rows in shared memory, as `source` describes them, to the columns from `address` on.
/// Ordered before later MMAs of this thread; for others, commit.
#define BP_TCGEN05_COPY(name, shape)                                                       \
  __device__ inline void tcgen05_copy_##name(unsigned address, std::uint64_t source) {     \
    asm volatile("tcgen05.cp.cta_group::1." shape " [%0], %1;" ::"r"(address), "l"(source) \
                 : "memory");                                                              \
  }
BP_TCGEN05_COPY(128x128b, "128x128b")  // row i to lane i
BP_TCGEN05_COPY(128x256b, "128x256b")
BP_TCGEN05_COPY(4x256b, "4x256b")                         // to lanes 0, 32, 64 and 96
BP_TCGEN05_COPY(64x128b_02_13, "64x128b.warpx2::02_13")   // to lanes i and i + 64
BP_TCGEN05_COPY(64x128b_01_23, "64x128b.warpx2::01_23")   // rows 0-31 to 0-63, 32-63 to 64-127
BP_TCGEN05_COPY(32x128b_warpx4, "32x128b.warpx4")         // to the lanes of each warp
BP_TCGEN05_COPY(128x256b_b6, "128x256b.b8x16.b6x16_p32")  // 16 elements of 6 bits and 32 of
BP_TCGEN05_COPY(128x256b_b4, "128x256b.b8x16.b4x16_p64")  // padding, or 4 and 64, become bytes
#undef BP_TCGEN05_COPY

/// tcgen05.cp for both CTAs of the pair, issued by one: `address` and `source` name places in each
/// CTA's own Tensor Memory and shared memory.
#define BP_TCGEN05_COPY_PAIR(name, shape)                                                  \
  __device__ inline void tcgen05_copy_##name(unsigned address, std::uint64_t source) {     \
    asm volatile("tcgen05.cp.cta_group::2." shape " [%0], %1;" ::"r"(address), "l"(source) \
                 : "memory");                                                              \
  }
BP_TCGEN05_COPY_PAIR(128x128b_pair, "128x128b")
BP_TCGEN05_COPY_PAIR(32x128b_warpx4_pair, "32x128b.warpx4")
#undef BP_TCGEN05_COPY_PAIR

/// The 32 lanes from `address` on, a multiple of 32, and eight columns: each lane gets what the
/// next had, the last keeps its own. Suffix a only.
__device__ inline void tcgen05_shift_down(unsigned address) {
  asm volatile("tcgen05.shift.cta_group::1.down [%0];" ::"r"(address) : "memory");
}

/// One arrival at `barrier` of this CTA when all asynchronous tcgen05 operations of this thread so
/// far are done.
__device__ inline void tcgen05_commit(unsigned barrier) {
  asm volatile(
      "tcgen05.commit.cta_group::1.mbarrier::arrive::one.shared::cluster.b64 [%0];" ::"r"(barrier)
      : "memory");
}

/// The same, at the same place in every CTA of the cluster whose bit is set in `ctas`.
__device__ inline void tcgen05_commit_multicast_single(unsigned barrier, unsigned short ctas) {
  asm volatile(
      "tcgen05.commit.cta_group::1.mbarrier::arrive::one.shared::cluster.multicast::cluster.b64 "
      "[%0], %1;" ::"r"(barrier),
      "h"(ctas)
      : "memory");
}

/// The same of operations with cta_group::2.
__device__ inline void tcgen05_commit_multicast(unsigned barrier, unsigned short ctas) {
  asm volatile(
      "tcgen05.commit.cta_group::2.mbarrier::arrive::one.shared::cluster.multicast::cluster.b64 "
      "[%0], %1;" ::"r"(barrier),
      "h"(ctas)
      : "memory");
}

}  // namespace bp::ptx
