// mma.sp::ordered_metadata kind::mxf8f6f4: FP8 operands, one power of two as scale for each row of
// A and each column of B.
#ifdef __CUDACC__
#include "probes/features/mma_sync_device.cuh"
#include "probes/ptx/mma_sync_sparse.cuh"

BP_MMA_SYNC_ENTRIES(mma_sync_sp_mxf8f6f4, SparseScaled, mma_sp_mxf8f6f4)

#else
#include "probes/features/mma_sync_formats.h"
#include "probes/features/mma_sync_host.h"

namespace bp {
namespace {

constexpr std::string_view instruction[] = {
    "mma.sp::ordered_metadata.sync.aligned.m16n8k64.row.col.kind::mxf8f6f4.block_scale.sc"
    "ale_vec::1X.f32.e4m3.e4m3.f32.ue8m0"};
constexpr std::string_view native_sass[] = {"QMMA.SF.SP"};

}  // namespace

extern const InstructionProbe mma_sync_sp_mxf8f6f4_probe = mma::describe<mma::SparseMxE4m3>({
    .feature = "mma_sync.sp.mxf8f6f4",
    .entry = "mma_sync_sp_mxf8f6f4",
    .rate_entry = "mma_sync_sp_mxf8f6f4_rate",
    .instruction = instruction,
    .native_sass = native_sass,
    .ptx = {8, 7},
    // 13 bits below the largest addend, as with FP8: 33 additions of at most 4 (scales are 1/2 to
    // 2).
    .tolerance = 0x1p-6,
});

}  // namespace bp
#endif
