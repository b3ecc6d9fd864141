// mma.sync kind::mxf4: packed FP4 operands with a power of two (ue8m0) as scale for every 32 of
// them along K, different for each row of A and each column of B.
#ifdef __CUDACC__
#include "probes/features/mma_sync_device.cuh"
#include "probes/ptx/mma_sync.cuh"

BP_MMA_SYNC_ENTRIES(mma_sync_mxf4, DenseScaled, mma_mxf4)

#else
#include "probes/features/mma_sync_formats.h"
#include "probes/features/mma_sync_host.h"

namespace bp {
namespace {

constexpr std::string_view instruction[] = {
    "mma.sync.aligned.m16n8k64.row.col.kind::mxf4.block_scale.scale_vec::2X.f32.e2m1.e2m1"
    ".f32.ue8m0"};
constexpr std::string_view native_sass[] = {"OMMA.SF"};

}  // namespace

extern const InstructionProbe mma_sync_mxf4_probe = mma::describe<mma::Mxf4>({
    .feature = "mma_sync.mxf4",
    .entry = "mma_sync_mxf4",
    .rate_entry = "mma_sync_mxf4_rate",
    .instruction = instruction,
    .native_sass = native_sass,
    .ptx = {8, 7},
    // 13 bits below the largest addend, as with FP8: 65 additions of at most 36 x 4.
    .tolerance = 2,
});

}  // namespace bp
#endif
