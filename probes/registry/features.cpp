#include <algorithm>
#include <array>
#include <vector>

#include "probes/registry/extra_features.h"
#include "probes/registry/feature.h"

namespace bp {
namespace {

using enum Family;
constexpr auto probe = FeatureKind::instruction;
constexpr auto no_probe = FeatureKind::no_probe;

// Report order: by family, then from general to special. Titles use the words of the PTX ISA.
constexpr auto rows = std::to_array<Feature>({
    {"mma_sync.f16", "mma.sync m16n8k16, f16 operands, f32 accumulate", warp_mma, probe},
    {"mma_sync.f16.acc_f16", "mma.sync m16n8k16, f16 operands, f16 accumulate", warp_mma, probe},
    {"mma_sync.bf16", "mma.sync m16n8k16, bf16 operands", warp_mma, probe},
    {"mma_sync.tf32", "mma.sync m16n8k8, tf32 operands", warp_mma, probe},
    {"mma_sync.f64", "mma.sync m8n8k4, f64 operands", warp_mma, probe},
    {"mma_sync.f64.m16n8k16", "mma.sync m16n8k16, f64 operands", warp_mma, probe},
    {"mma_sync.s8", "mma.sync m16n8k32, s8 operands", warp_mma, probe},
    {"mma_sync.s4", "mma.sync m16n8k64, s4 operands", warp_mma, probe},
    {"mma_sync.b1.and", "mma.sync m16n8k256, b1 operands, and.popc", warp_mma, probe},
    {"mma_sync.b1.xor", "mma.sync m16n8k256, b1 operands, xor.popc", warp_mma, probe},
    {"mma_sync.e4m3", "mma.sync m16n8k32, FP8 e4m3 operands", warp_mma, probe},
    {"mma_sync.e4m3.acc_f16", "mma.sync m16n8k32, FP8 e4m3 operands, f16 accumulate", warp_mma,
     probe},
    {"mma_sync.e5m2", "mma.sync m16n8k32, FP8 e5m2 operands", warp_mma, probe},
    {"mma_sync.e5m2.acc_f16", "mma.sync m16n8k32, FP8 e5m2 operands, f16 accumulate", warp_mma,
     probe},
    {"mma_sync.f8f6f4.e4m3", "mma.sync kind::f8f6f4, FP8 e4m3 operands", warp_mma, probe},
    {"mma_sync.f8f6f4.e5m2", "mma.sync kind::f8f6f4, FP8 e5m2 operands", warp_mma, probe},
    {"mma_sync.f8f6f4.e3m2", "mma.sync kind::f8f6f4, FP6 e3m2 operands", warp_mma, probe},
    {"mma_sync.f8f6f4.e2m3", "mma.sync kind::f8f6f4, FP6 e2m3 operands", warp_mma, probe},
    {"mma_sync.f8f6f4.e2m1", "mma.sync kind::f8f6f4, FP4 e2m1 operands", warp_mma, probe},
    {"mma_sync.f8f6f4.mixed", "mma.sync kind::f8f6f4, FP8 e4m3 times FP4 e2m1", warp_mma, probe},
    {"mma_sync.mxf8f6f4", "mma.sync kind::mxf8f6f4, block-scaled (ue8m0)", warp_mma, probe},
    {"mma_sync.mxf4", "mma.sync kind::mxf4, block-scaled FP4 (ue8m0)", warp_mma, probe},
    {"mma_sync.mxf4nvf4", "mma.sync kind::mxf4nvf4, block-scaled FP4 (ue4m3)", warp_mma, probe},
    {"mma_sync.mxf4nvf4.scale_2x",
     "mma.sync kind::mxf4nvf4 scale_vec::2X, block-scaled FP4 (ue8m0)", warp_mma, probe},
    {"mma_sync.sp.f16", "mma.sp::ordered_metadata m16n8k32, f16 operands", warp_mma, probe},
    {"mma_sync.sp.f16.unordered", "mma.sp m16n8k32, f16 operands, metadata in any order", warp_mma,
     probe},
    {"mma_sync.sp.bf16", "mma.sp::ordered_metadata m16n8k32, bf16 operands", warp_mma, probe},
    {"mma_sync.sp.tf32", "mma.sp::ordered_metadata m16n8k16, tf32 operands", warp_mma, probe},
    {"mma_sync.sp.s8", "mma.sp::ordered_metadata m16n8k64, s8 operands", warp_mma, probe},
    {"mma_sync.sp.e4m3", "mma.sp::ordered_metadata m16n8k64, FP8 e4m3 operands", warp_mma, probe},
    {"mma_sync.sp.f8f6f4.e2m1", "mma.sp::ordered_metadata kind::f8f6f4, FP4 e2m1 operands",
     warp_mma, probe},
    {"mma_sync.sp.mxf8f6f4", "mma.sp::ordered_metadata kind::mxf8f6f4, block-scaled (ue8m0)",
     warp_mma, probe},
    {"mma_sync.sp.mxf4nvf4", "mma.sp::ordered_metadata kind::mxf4nvf4, block-scaled FP4 (ue4m3)",
     warp_mma, probe},
    {"ldmatrix", "ldmatrix m8n8.x4.b16 from shared memory", warp_mma, probe},
    {"ldmatrix.b8", "ldmatrix m16n16.x2.trans.b8", warp_mma, probe},
    {"ldmatrix.b6", "ldmatrix m8n16.x4.b8x16.b6x16_p32, unpacking 6-bit elements", warp_mma, probe},
    {"ldmatrix.b4", "ldmatrix m8n16.x4.b8x16.b4x16_p64, unpacking 4-bit elements", warp_mma, probe},
    {"stmatrix", "stmatrix m8n8.x4.b16 to shared memory", warp_mma, probe},
    {"stmatrix.b8", "stmatrix m16n8.x4.trans.b8", warp_mma, probe},
    {"wgmma.f16", "wgmma.mma_async m64n64k16, f16 operands, f32 accumulate", warpgroup_mma, probe},
    {"wgmma.f16.acc_f16", "wgmma.mma_async m64n64k16, f16 operands, f16 accumulate", warpgroup_mma,
     probe},
    {"wgmma.bf16", "wgmma.mma_async m64n64k16, bf16 operands", warpgroup_mma, probe},
    {"wgmma.tf32", "wgmma.mma_async m64n64k8, tf32 operands", warpgroup_mma, probe},
    {"wgmma.s8", "wgmma.mma_async m64n64k32, s8 operands", warpgroup_mma, probe},
    {"wgmma.b1", "wgmma.mma_async m64n64k256, single bits, and.popc", warpgroup_mma, probe},
    {"wgmma.e4m3", "wgmma.mma_async m64n64k32, FP8 e4m3 operands", warpgroup_mma, probe},
    {"wgmma.e4m3.acc_f16", "wgmma.mma_async m64n64k32, FP8 e4m3 operands, f16 accumulate",
     warpgroup_mma, probe},
    {"wgmma.e5m2", "wgmma.mma_async m64n64k32, FP8 e5m2 operands", warpgroup_mma, probe},
    {"wgmma.a_registers", "wgmma.mma_async with A in registers", warpgroup_mma, probe},
    {"wgmma.swizzle", "wgmma.mma_async operands without and with 32B, 64B, 128B swizzle",
     warpgroup_mma, probe},
    {"wgmma.mn_major", "wgmma.mma_async with transposed A and B (M- and N-major)", warpgroup_mma,
     probe},
    {"wgmma.sp.f16", "wgmma.mma_async.sp m64n64k32, f16 operands, sparse A", warpgroup_mma, probe},
    {"wgmma.sp.bf16", "wgmma.mma_async.sp m64n64k32, bf16 operands, sparse A", warpgroup_mma,
     probe},
    {"wgmma.sp.tf32", "wgmma.mma_async.sp m64n64k16, tf32 operands, sparse A", warpgroup_mma,
     probe},
    {"wgmma.sp.s8", "wgmma.mma_async.sp m64n64k64, s8 operands, sparse A", warpgroup_mma, probe},
    {"wgmma.sp.e4m3", "wgmma.mma_async.sp m64n64k64, FP8 e4m3 operands, sparse A", warpgroup_mma,
     probe},
    {"tcgen05.tmem", "Tensor Memory: tcgen05.alloc, ld, st, dealloc over 512 columns", tcgen05,
     probe},
    {"tcgen05.alloc", "tcgen05.alloc and dealloc of several parts", tcgen05, probe},
    {"tcgen05.alloc.cta_group2", "tcgen05.alloc and dealloc, cta_group::2 (two SMs)", tcgen05,
     probe},
    {"tcgen05.ld", "tcgen05.ld in every shape, with .pack::16b", tcgen05, probe},
    {"tcgen05.ld.red", "tcgen05.ld.red, load with reduction", tcgen05, probe},
    {"tcgen05.st", "tcgen05.st in every shape, with .unpack::16b", tcgen05, probe},
    {"tcgen05.fence", "tcgen05.fence between warps that share lanes", tcgen05, probe},
    {"tcgen05.commit.multicast", "tcgen05.commit with .multicast::cluster", tcgen05, probe},
    {"tcgen05.mma.f16", "tcgen05.mma kind::f16, cta_group::1", tcgen05, probe},
    {"tcgen05.mma.f16.cta_group2", "tcgen05.mma kind::f16, cta_group::2 (two SMs)", tcgen05, probe},
    {"tcgen05.mma.f16.tmem_a", "tcgen05.mma kind::f16, A in Tensor Memory", tcgen05, probe},
    {"tcgen05.mma.tf32", "tcgen05.mma kind::tf32", tcgen05, probe},
    {"tcgen05.mma.i8", "tcgen05.mma kind::i8", tcgen05, probe},
    {"tcgen05.mma.f8f6f4", "tcgen05.mma kind::f8f6f4", tcgen05, probe},
    {"tcgen05.mma.f8f6f4.cta_group2", "tcgen05.mma kind::f8f6f4, cta_group::2 (two SMs)", tcgen05,
     probe},
    {"tcgen05.mma.f8f6f4.e2m1", "tcgen05.mma kind::f8f6f4, FP4 e2m1 and FP6 e3m2 operands", tcgen05,
     probe},
    {"tcgen05.mma.mxf8f6f4", "tcgen05.mma kind::mxf8f6f4, block-scaled, .scale_vec::1X", tcgen05,
     probe},
    {"tcgen05.mma.mxf8f6f4.block32", "tcgen05.mma kind::mxf8f6f4, block-scaled, .block32", tcgen05,
     probe},
    {"tcgen05.mma.mxf8f6f4.cta_group2",
     "tcgen05.mma kind::mxf8f6f4, block-scaled, cta_group::2 (two SMs)", tcgen05, probe},
    {"tcgen05.mma.mxf4", "tcgen05.mma kind::mxf4, block-scaled FP4, .scale_vec::2X", tcgen05,
     probe},
    {"tcgen05.mma.mxf4.block32", "tcgen05.mma kind::mxf4, block-scaled FP4, .block32", tcgen05,
     probe},
    {"tcgen05.mma.mxf4.cta_group2",
     "tcgen05.mma kind::mxf4, block-scaled FP4, cta_group::2 (two SMs)", tcgen05, probe},
    {"tcgen05.mma.mxf4nvf4", "tcgen05.mma kind::mxf4nvf4, block-scaled FP4, .scale_vec::4X (ue4m3)",
     tcgen05, probe},
    {"tcgen05.mma.mxf4nvf4.block16",
     "tcgen05.mma kind::mxf4nvf4, block-scaled FP4, .block16 (ue4m3)", tcgen05, probe},
    {"tcgen05.mma.mxf4nvf4.block32",
     "tcgen05.mma kind::mxf4nvf4, block-scaled FP4, .block32 (ue8m0)", tcgen05, probe},
    {"tcgen05.mma.mxf4nvf4.cta_group2",
     "tcgen05.mma kind::mxf4nvf4, block-scaled FP4, cta_group::2 (two SMs)", tcgen05, probe},
    // K is bit 31 of the instruction descriptor (PTX ISA 9.0, "Instruction descriptor"), a
    // register: the text is that of tcgen05.mma.mxf4nvf4.block16, which sm_100a takes too, so no
    // assembler tells the targets that have it (sm_103a) from those that have not.
    {"tcgen05.mma.mxf4nvf4.k96",
     "tcgen05.mma kind::mxf4nvf4, block-scaled FP4, K of 96 (in the descriptor alone)", tcgen05,
     no_probe},
    {"tcgen05.mma.ws.f16", "tcgen05.mma.ws kind::f16 (weight stationary), 32 rows", tcgen05, probe},
    {"tcgen05.mma.sp.f16", "tcgen05.mma.sp kind::f16, sparse A", tcgen05, probe},
    {"tcgen05.mma.sp.tf32", "tcgen05.mma.sp kind::tf32, sparse A", tcgen05, probe},
    {"tcgen05.mma.sp.i8", "tcgen05.mma.sp kind::i8, sparse A", tcgen05, probe},
    {"tcgen05.mma.sp.f8f6f4", "tcgen05.mma.sp kind::f8f6f4, sparse A", tcgen05, probe},
    {"tcgen05.mma.sp.mxf8f6f4", "tcgen05.mma.sp kind::mxf8f6f4, block-scaled, sparse A", tcgen05,
     probe},
    {"tcgen05.mma.sp.mxf4nvf4",
     "tcgen05.mma.sp kind::mxf4nvf4, block-scaled FP4, sparse A, .scale_vec::4X", tcgen05, probe},
    {"tcgen05.cp", "tcgen05.cp .128x128b, shared memory to Tensor Memory", tcgen05, probe},
    {"tcgen05.cp.128x256b", "tcgen05.cp .128x256b", tcgen05, probe},
    {"tcgen05.cp.4x256b", "tcgen05.cp .4x256b", tcgen05, probe},
    {"tcgen05.cp.multicast", "tcgen05.cp .64x128b.warpx2 and .32x128b.warpx4", tcgen05, probe},
    {"tcgen05.cp.cta_group2", "tcgen05.cp, cta_group::2 (two SMs)", tcgen05, probe},
    {"tcgen05.cp.b6x16_p32", "tcgen05.cp .b8x16.b6x16_p32, FP6 to bytes", tcgen05, probe},
    {"tcgen05.cp.b4x16_p64", "tcgen05.cp .b8x16.b4x16_p64, FP4 to bytes", tcgen05, probe},
    {"tcgen05.shift", "tcgen05.shift, rows of Tensor Memory down by one", tcgen05, probe},
    {"cluster.launch", "Thread block cluster of 2 CTAs", cluster, probe},
    {"cluster.barrier", "barrier.cluster in halves, unaligned and relaxed", cluster, probe},
    {"dsmem.read", "ld.shared::cluster from another CTA", cluster, probe},
    {"dsmem.write", "st.shared::cluster to another CTA", cluster, probe},
    {"dsmem.st_async", "st.async with mbarrier completion", cluster, probe},
    {"dsmem.red_async", "red.async with mbarrier completion", cluster, probe},
    {"dsmem.atomic", "atom.shared::cluster to another CTA", cluster, probe},
    {"multimem", "multimem.ld_reduce, red and st (assembled only)", cluster, probe},
    {"symmetric_memory", "Memory of other GPUs mapped at the same offsets (NVLink)", cluster,
     no_probe},
    {"tma.load", "cp.async.bulk.tensor 2-D tile to shared memory (TMA)", copy, probe},
    {"tma.load.1d", "cp.async.bulk.tensor 1-D tile to shared memory", copy, probe},
    {"tma.load.3d", "cp.async.bulk.tensor 3-D tile to shared memory", copy, probe},
    {"tma.load.4d", "cp.async.bulk.tensor 4-D tile to shared memory", copy, probe},
    {"tma.load.5d", "cp.async.bulk.tensor 5-D tile to shared memory", copy, probe},
    {"tma.load.im2col", "cp.async.bulk.tensor im2col to shared memory", copy, probe},
    {"tma.load.cta_group2", "cp.async.bulk.tensor with .cta_group::2 (barrier of the CTA pair)",
     copy, probe},
    {"tma.multicast", "cp.async.bulk.tensor with .multicast::cluster", copy, probe},
    {"tma.store", "cp.async.bulk.tensor 2-D tile to global memory (TMA)", copy, probe},
    {"tma.reduce", "cp.reduce.async.bulk.tensor to global memory", copy, probe},
    {"tma.prefetch", "cp.async.bulk.prefetch.tensor to the L2 cache", copy, probe},
    {"tma.gather4", "cp.async.bulk.tensor tile::gather4", copy, probe},
    {"tma.gather4.multicast", "cp.async.bulk.tensor tile::gather4 with .multicast::cluster", copy,
     probe},
    {"tma.gather4.cta_group2", "cp.async.bulk.tensor tile::gather4 with .cta_group::2", copy,
     probe},
    {"tma.scatter4", "cp.async.bulk.tensor tile::scatter4", copy, probe},
    {"tensormap_replace", "tensormap.replace and tensormap.cp_fenceproxy", copy, probe},
    {"cp_async", "cp.async, 4, 8 and 16 bytes to shared memory", copy, probe},
    {"cp_async_bulk", "cp.async.bulk to shared memory", copy, probe},
    {"cp_async_bulk.store", "cp.async.bulk to global memory", copy, probe},
    {"cp_async_bulk.dsmem", "cp.async.bulk to the shared memory of another CTA", copy, probe},
    {"cp_async_bulk.prefetch", "cp.async.bulk.prefetch to the L2 cache", copy, probe},
    {"cp_async_bulk.reduce", "cp.reduce.async.bulk to global memory", copy, probe},
    {"cp_async_bulk.reduce_dsmem", "cp.reduce.async.bulk to the shared memory of another CTA", copy,
     probe},
    {"mbarrier", "mbarrier with expect_tx and phase parity", control, probe},
    {"mbarrier.test_wait", "mbarrier.test_wait, arrive.noComplete and arrive_drop", control, probe},
    {"mbarrier.try_wait", "mbarrier.try_wait with a time-out hint", control, probe},
    {"mbarrier.remote_arrive", "mbarrier.arrive, expect_tx and complete_tx in another CTA", control,
     probe},
    {"fence_proxy.async", "fence.proxy.async of shared and global memory", control, probe},
    {"fence_proxy.tensormap", "fence.proxy.tensormap, release and acquire", control, probe},
    {"elect_sync", "elect.sync", control, probe},
    {"redux_sync", "redux.sync of integers and bits", control, probe},
    {"redux_sync.f32", "redux.sync of f32: min, max, .abs, .NaN", control, probe},
    {"setmaxnreg", "setmaxnreg.inc and .dec", control, probe},
    {"griddepcontrol", "griddepcontrol: programmatic dependent launch", control, probe},
    {"clusterlaunchcontrol", "clusterlaunchcontrol.try_cancel and query_cancel", control, probe},
    {"clusterlaunchcontrol.multicast",
     "clusterlaunchcontrol.try_cancel with .multicast::cluster::all", control, probe},
    {"cooperative_launch", "Cooperative launch: a barrier across all CTAs of the grid", control,
     probe},
    {"cvt.e4m3x2", "cvt to FP8 e4m3x2 from f16x2 and f32", arithmetic, probe},
    {"cvt.e5m2x2", "cvt to FP8 e5m2x2 from f16x2 and f32", arithmetic, probe},
    {"cvt.e2m1x2", "cvt to FP4 e2m1x2 from f32", arithmetic, probe},
    {"cvt.e3m2x2", "cvt to FP6 e3m2x2 from f32", arithmetic, probe},
    {"cvt.e2m3x2", "cvt to FP6 e2m3x2 from f32", arithmetic, probe},
    {"cvt.ue8m0x2", "cvt to scale exponents ue8m0x2 from f32 and bf16x2", arithmetic, probe},
    {"cvt.f16x2.e4m3x2", "cvt from FP8 e4m3x2 to f16x2", arithmetic, probe},
    {"cvt.f16x2.e5m2x2", "cvt from FP8 e5m2x2 to f16x2", arithmetic, probe},
    {"cvt.f16x2.e2m1x2", "cvt from FP4 e2m1x2 to f16x2", arithmetic, probe},
    {"cvt.f16x2.e3m2x2", "cvt from FP6 e3m2x2 to f16x2", arithmetic, probe},
    {"cvt.f16x2.e2m3x2", "cvt from FP6 e2m3x2 to f16x2", arithmetic, probe},
    {"cvt.bf16x2.ue8m0x2", "cvt from scale exponents ue8m0x2 to bf16x2", arithmetic, probe},
    {"cvt.rs.f16x2", "cvt.rs (stochastic rounding) to f16x2 and bf16x2", arithmetic, probe},
    {"cvt.rs.e4m3x4", "cvt.rs (stochastic rounding) to FP8 and FP6", arithmetic, probe},
    {"cvt.rs.e2m1x4", "cvt.rs (stochastic rounding) to FP4 e2m1x4", arithmetic, probe},
    {"f32x2", "fma, add and mul of packed f32x2", arithmetic, probe},
    {"fma.f16x2", "fma, min and max of packed f16x2, with .relu and .NaN", arithmetic, probe},
    {"fma.bf16x2", "fma, min and max of packed bf16x2, with .relu and .NaN", arithmetic, probe},
    {"add.bf16x2", "add, sub and mul of packed bf16x2", arithmetic, probe},
    {"ex2.bf16x2", "ex2.approx of packed bf16x2", arithmetic, probe},
    {"tanh.bf16x2", "tanh.approx of packed bf16x2", arithmetic, probe},
    {"max.f32.three", "max and min of three f32", arithmetic, probe},
    {"dpx.s32", "DPX: maximum of a sum and of three numbers, s32", arithmetic, probe},
    {"dpx.s16x2", "DPX: maximum of a sum and of three numbers, s16x2", arithmetic, probe},
    {"ld.global.v8", "ld and st of 256 bits (.v8.b32, .v4.b64)", arithmetic, probe},
    {"atom.b128", "atom.cas and atom.exch on 128 bits", arithmetic, probe},
    {"red.v4.f32", "red.add of vectors of f32", arithmetic, probe},
    {"red.v8.f16", "red.add of vectors of f16 and f16x2", arithmetic, probe},
    {"red.v8.bf16", "red.add of vectors of bf16 and bf16x2", arithmetic, probe},
});

// The product's rows plus those of the test build, joined once.
const std::vector<Feature>& all() {
  static const std::vector<Feature> joined = [] {
    std::vector<Feature> list(rows.begin(), rows.end());
    const auto extra = extra_features();
    list.insert(list.end(), extra.begin(), extra.end());
    return list;
  }();
  return joined;
}

}  // namespace

std::string_view to_string(Family family) {
  switch (family) {
    case warp_mma:
      return "warp_mma";
    case warpgroup_mma:
      return "warpgroup_mma";
    case tcgen05:
      return "tcgen05";
    case cluster:
      return "cluster";
    case copy:
      return "copy";
    case control:
      return "control";
    case arithmetic:
      return "arithmetic";
    case self_test:
      return "self_test";
  }
  return "unknown";
}

std::span<const Feature> features() { return all(); }

const Feature* find_feature(std::string_view id) {
  const auto found = std::ranges::find(all(), id, &Feature::id);
  return found == all().end() ? nullptr : &*found;
}

}  // namespace bp
