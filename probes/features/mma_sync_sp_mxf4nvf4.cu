// mma.sp::ordered_metadata kind::mxf4nvf4: packed FP4 operands of which two pairs in every eight
// elements of A are stored, a ue4m3 scale for every 32 along K. For sm_120a and sm_121a alone: no
// target of the family's suffix takes it.
#ifdef __CUDACC__
#include "probes/features/mma_sync_device.cuh"
#include "probes/ptx/mma_sync_sparse.cuh"

BP_MMA_SYNC_ENTRIES(mma_sync_sp_mxf4nvf4, SparseScaled, mma_sp_mxf4nvf4)

#else
#include "probes/features/mma_sync_formats.h"
#include "probes/features/mma_sync_host.h"

namespace bp {
namespace {

constexpr std::string_view instruction[] = {
    "mma.sp::ordered_metadata.sync.aligned.m16n8k128.row.col.kind::mxf4nvf4.block_scale.s"
    "cale_vec::4X.f32.e2m1.e2m1.f32.ue4m3"};
constexpr std::string_view native_sass[] = {"OMMA.SF.SP"};

}  // namespace

extern const InstructionProbe mma_sync_sp_mxf4nvf4_probe = mma::describe<mma::SparseNvf4>({
    .feature = "mma_sync.sp.mxf4nvf4",
    .entry = "mma_sync_sp_mxf4nvf4",
    .rate_entry = "mma_sync_sp_mxf4nvf4_rate",
    .instruction = instruction,
    .native_sass = native_sass,
    .ptx = {8, 7},
    // 13 bits below the largest addend, as with FP8: 65 additions of at most 36 x 1.875 x 1.875.
    .tolerance = 1,
});

}  // namespace bp
#endif
