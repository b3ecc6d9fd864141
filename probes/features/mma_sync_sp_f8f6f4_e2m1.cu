// mma.sp::ordered_metadata kind::f8f6f4 with FP4 operands, each in a byte of its own.
#ifdef __CUDACC__
#include "probes/features/mma_sync_device.cuh"
#include "probes/ptx/mma_sync_sparse.cuh"

BP_MMA_SYNC_ENTRIES(mma_sync_sp_f8f6f4_e2m1, SparseBytes, mma_sp_f8f6f4_e2m1)

#else
#include "probes/features/mma_sync_formats.h"
#include "probes/features/mma_sync_host.h"

namespace bp {
namespace {

constexpr std::string_view instruction[] = {
    "mma.sp::ordered_metadata.sync.aligned.m16n8k64.row.col.kind::f8f6f4.f32.e2m1.e2m1.f3"
    "2"};
constexpr std::string_view native_sass[] = {"QMMA.SP.16864.F32.E2M1.E2M1"};

}  // namespace

extern const InstructionProbe mma_sync_sp_f8f6f4_e2m1_probe = mma::describe<mma::SparseE2m1>({
    .feature = "mma_sync.sp.f8f6f4.e2m1",
    .entry = "mma_sync_sp_f8f6f4_e2m1",
    .rate_entry = "mma_sync_sp_f8f6f4_e2m1_rate",
    .instruction = instruction,
    .native_sass = native_sass,
    .ptx = {8, 7},
    // 13 bits below the largest addend, as with FP8: 33 additions of at most 36; all values are
    // multiples of 1/4.
    .tolerance = 0x1p-3,
});

}  // namespace bp
#endif
