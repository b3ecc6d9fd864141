// mma.sp without ::ordered_metadata, f16 operands: the stored elements of a chunk stand in any
// order. From sm_100 on a helper sorts them before each instruction, which is then the ordered one:
// the clock tells.
#ifdef __CUDACC__
#include "probes/features/mma_sync_device.cuh"
#include "probes/ptx/mma_sync_sparse.cuh"

BP_MMA_SYNC_ENTRIES(mma_sync_sp_f16_unordered, SparseUnordered, mma_sp_f16_unordered)

#else
#include "probes/features/mma_sync_formats.h"
#include "probes/features/mma_sync_host.h"

namespace bp {
namespace {

constexpr std::string_view instruction[] = {"mma.sp.sync.aligned.m16n8k32.row.col.f32.f16.f16.f32"};
constexpr std::string_view native_sass[] = {"HMMA.SP.16832.F32"};

}  // namespace

extern const InstructionProbe mma_sync_sp_f16_unordered_probe =
    mma::describe<mma::SparseF16Unordered>({
        .feature = "mma_sync.sp.f16.unordered",
        .entry = "mma_sync_sp_f16_unordered",
        .rate_entry = "mma_sync_sp_f16_unordered_rate",
        .instruction = instruction,
        .native_sass = native_sass,
        .ptx = {7, 1},
        // Products are exact; at most 17 additions truncate to 24 bits below a sum of less than 32.
        .tolerance = 0x1p-14,
        .native_test =
            NativeTest{
                .baseline = "mma_sync.sp.f16", .native_at_least = 0.8, .emulated_at_most = 0.5},
    });

}  // namespace bp
#endif
