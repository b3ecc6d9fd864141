// mma.sync kind::f8f6f4 with FP6 e2m3 operands, each in the lower bits of a byte of its own.
#ifdef __CUDACC__
#include "probes/features/mma_sync_device.cuh"
#include "probes/ptx/mma_sync.cuh"

BP_MMA_SYNC_ENTRIES(mma_sync_f8f6f4_e2m3, Dense, mma_f8f6f4_e2m3)

#else
#include "probes/features/mma_sync_formats.h"
#include "probes/features/mma_sync_host.h"

namespace bp {
namespace {

constexpr std::string_view instruction[] = {
    "mma.sync.aligned.m16n8k32.row.col.kind::f8f6f4.f32.e2m3.e2m3.f32"};
constexpr std::string_view native_sass[] = {"QMMA.16832.F32.E2M3.E2M3"};

}  // namespace

extern const InstructionProbe mma_sync_f8f6f4_e2m3_probe = mma::describe<mma::E2m3InByte>({
    .feature = "mma_sync.f8f6f4.e2m3",
    .entry = "mma_sync_f8f6f4_e2m3",
    .rate_entry = "mma_sync_f8f6f4_e2m3_rate",
    .instruction = instruction,
    .native_sass = native_sass,
    .ptx = {8, 7},
    // 13 bits below the largest addend, as with FP8: 33 additions of at most 16.
    .tolerance = 0x1p-3,
});

}  // namespace bp
#endif
