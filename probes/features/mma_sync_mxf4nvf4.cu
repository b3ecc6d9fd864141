// mma.sync kind::mxf4nvf4, the NVFP4 instruction of sm_12x: packed FP4 operands with a ue4m3 scale
// for every 16 of them along K, different for each row of A and each column of B.
#ifdef __CUDACC__
#include "probes/features/mma_sync_device.cuh"
#include "probes/ptx/mma_sync.cuh"

BP_MMA_SYNC_ENTRIES(mma_sync_mxf4nvf4, DenseScaled, mma_mxf4nvf4)

#else
#include "probes/features/mma_sync_formats.h"
#include "probes/features/mma_sync_host.h"

namespace bp {
namespace {

constexpr std::string_view instruction[] = {
    "mma.sync.aligned.m16n8k64.row.col.kind::mxf4nvf4.block_scale.scale_vec::4X.f32.e2m1."
    "e2m1.f32.ue4m3"};
constexpr std::string_view native_sass[] = {"OMMA.SF"};

}  // namespace

extern const InstructionProbe mma_sync_mxf4nvf4_probe = mma::describe<mma::Nvf4>({
    .feature = "mma_sync.mxf4nvf4",
    .entry = "mma_sync_mxf4nvf4",
    .rate_entry = "mma_sync_mxf4nvf4_rate",
    .instruction = instruction,
    .native_sass = native_sass,
    .ptx = {8, 7},
    // 13 bits below the largest addend, as with FP8: 65 additions of at most 36 x 1.875 x 1.875.
    .tolerance = 1,
});

}  // namespace bp
#endif
