// mma.sp::ordered_metadata with bf16 operands: two of every four elements of A are stored.
#ifdef __CUDACC__
#include "probes/features/mma_sync_device.cuh"
#include "probes/ptx/mma_sync_sparse.cuh"

BP_MMA_SYNC_ENTRIES(mma_sync_sp_bf16, Sparse, mma_sp_bf16)

#else
#include "probes/features/mma_sync_formats.h"
#include "probes/features/mma_sync_host.h"

namespace bp {
namespace {

constexpr std::string_view instruction[] = {
    "mma.sp::ordered_metadata.sync.aligned.m16n8k32.row.col.f32.bf16.bf16.f32"};
constexpr std::string_view native_sass[] = {"HMMA.SP.16832.F32.BF16"};

}  // namespace

extern const InstructionProbe mma_sync_sp_bf16_probe = mma::describe<mma::SparseBf16>({
    .feature = "mma_sync.sp.bf16",
    .entry = "mma_sync_sp_bf16",
    .rate_entry = "mma_sync_sp_bf16_rate",
    .instruction = instruction,
    .native_sass = native_sass,
    .ptx = {8, 5},
    // Products are exact; at most 17 additions truncate to 24 bits below a sum of less than 32.
    .tolerance = 0x1p-14,
});

}  // namespace bp
#endif
