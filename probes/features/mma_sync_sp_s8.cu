// mma.sp::ordered_metadata with s8 operands: exact for all inputs.
#ifdef __CUDACC__
#include "probes/features/mma_sync_device.cuh"
#include "probes/ptx/mma_sync_sparse.cuh"

BP_MMA_SYNC_ENTRIES(mma_sync_sp_s8, SparseInt, mma_sp_s8)

#else
#include "probes/features/mma_sync_formats.h"
#include "probes/features/mma_sync_host.h"

namespace bp {
namespace {

constexpr std::string_view instruction[] = {
    "mma.sp::ordered_metadata.sync.aligned.m16n8k64.row.col.s32.s8.s8.s32"};
constexpr std::string_view native_sass[] = {"IMMA.SP.16864.S8.S8"};

}  // namespace

extern const InstructionProbe mma_sync_sp_s8_probe = mma::describe<mma::SparseS8>({
    .feature = "mma_sync.sp.s8",
    .entry = "mma_sync_sp_s8",
    .rate_entry = "mma_sync_sp_s8_rate",
    .instruction = instruction,
    .native_sass = native_sass,
    .ptx = {8, 5},
});

}  // namespace bp
#endif
