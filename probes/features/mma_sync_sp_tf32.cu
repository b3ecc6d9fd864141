// mma.sp::ordered_metadata with tf32 operands: one of every two elements of A is stored.
#ifdef __CUDACC__
#include "probes/features/mma_sync_device.cuh"
#include "probes/ptx/mma_sync_sparse.cuh"

BP_MMA_SYNC_ENTRIES(mma_sync_sp_tf32, Sparse, mma_sp_tf32)

#else
#include "probes/features/mma_sync_formats.h"
#include "probes/features/mma_sync_host.h"

namespace bp {
namespace {

constexpr std::string_view instruction[] = {
    "mma.sp::ordered_metadata.sync.aligned.m16n8k16.row.col.f32.tf32.tf32.f32"};
constexpr std::string_view native_sass[] = {"HMMA.SP.16816.F32.TF32"};

}  // namespace

extern const InstructionProbe mma_sync_sp_tf32_probe = mma::describe<mma::SparseTf32>({
    .feature = "mma_sync.sp.tf32",
    .entry = "mma_sync_sp_tf32",
    .rate_entry = "mma_sync_sp_tf32_rate",
    .instruction = instruction,
    .native_sass = native_sass,
    .ptx = {8, 5},
    // Products are exact; at most 9 additions truncate to 24 bits below a sum of less than 16.
    .tolerance = 0x1p-15,
});

}  // namespace bp
#endif
