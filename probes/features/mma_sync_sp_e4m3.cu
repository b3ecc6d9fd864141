// mma.sp::ordered_metadata with FP8 operands. Without the unit (sm_90, families of sm_100) it
// becomes conversions and sparse f16 instructions.
#ifdef __CUDACC__
#include "probes/features/mma_sync_device.cuh"
#include "probes/ptx/mma_sync_sparse.cuh"

BP_MMA_SYNC_ENTRIES(mma_sync_sp_e4m3, SparseBytes, mma_sp_e4m3)

#else
#include "probes/features/mma_sync_formats.h"
#include "probes/features/mma_sync_host.h"

namespace bp {
namespace {

constexpr std::string_view instruction[] = {
    "mma.sp::ordered_metadata.sync.aligned.m16n8k64.row.col.f32.e4m3.e4m3.f32"};
constexpr std::string_view native_sass[] = {"QMMA.SP.16864.F32.E4M3.E4M3"};

}  // namespace

extern const InstructionProbe mma_sync_sp_e4m3_probe = mma::describe<mma::SparseE4m3>({
    .feature = "mma_sync.sp.e4m3",
    .entry = "mma_sync_sp_e4m3",
    .rate_entry = "mma_sync_sp_e4m3_rate",
    .instruction = instruction,
    .native_sass = native_sass,
    .ptx = {8, 5},
    // FP8 tensor cores keep as few as 13 bits below the largest addend: 33 additions of at most 1.
    .tolerance = 0x1p-7,
    // Four times the dense f16 rate, its zeros counted; sparse f16 instructions reach twice.
    .native_test =
        NativeTest{.baseline = "mma_sync.f16", .native_at_least = 2.6, .emulated_at_most = 2.1},
});

}  // namespace bp
#endif
