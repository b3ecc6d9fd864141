// mma.sync kind::f8f6f4 with operands of two types: FP8 e4m3 times FP4 e2m1.
#ifdef __CUDACC__
#include "probes/features/mma_sync_device.cuh"
#include "probes/ptx/mma_sync.cuh"

BP_MMA_SYNC_ENTRIES(mma_sync_f8f6f4_mixed, Dense, mma_f8f6f4_mixed)

#else
#include "probes/features/mma_sync_formats.h"
#include "probes/features/mma_sync_host.h"

namespace bp {
namespace {

constexpr std::string_view instruction[] = {
    "mma.sync.aligned.m16n8k32.row.col.kind::f8f6f4.f32.e4m3.e2m1.f32"};
constexpr std::string_view native_sass[] = {"QMMA.16832.F32.E4M3.E2M1"};

}  // namespace

extern const InstructionProbe mma_sync_f8f6f4_mixed_probe = mma::describe<mma::E4m3TimesE2m1>({
    .feature = "mma_sync.f8f6f4.mixed",
    .entry = "mma_sync_f8f6f4_mixed",
    .rate_entry = "mma_sync_f8f6f4_mixed_rate",
    .instruction = instruction,
    .native_sass = native_sass,
    .ptx = {8, 7},
    // 13 bits below the largest addend, as with FP8: 33 additions of at most 6.
    .tolerance = 0x1p-5,
});

}  // namespace bp
#endif
