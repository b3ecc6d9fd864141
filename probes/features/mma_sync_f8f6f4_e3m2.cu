// mma.sync kind::f8f6f4 with FP6 e3m2 operands, each in the lower bits of a byte of its own.
#ifdef __CUDACC__
#include "probes/features/mma_sync_device.cuh"
#include "probes/ptx/mma_sync.cuh"

BP_MMA_SYNC_ENTRIES(mma_sync_f8f6f4_e3m2, Dense, mma_f8f6f4_e3m2)

#else
#include "probes/features/mma_sync_formats.h"
#include "probes/features/mma_sync_host.h"

namespace bp {
namespace {

constexpr std::string_view instruction[] = {
    "mma.sync.aligned.m16n8k32.row.col.kind::f8f6f4.f32.e3m2.e3m2.f32"};
constexpr std::string_view native_sass[] = {"QMMA.16832.F32.E3M2.E3M2"};

}  // namespace

extern const InstructionProbe mma_sync_f8f6f4_e3m2_probe = mma::describe<mma::E3m2InByte>({
    .feature = "mma_sync.f8f6f4.e3m2",
    .entry = "mma_sync_f8f6f4_e3m2",
    .rate_entry = "mma_sync_f8f6f4_e3m2_rate",
    .instruction = instruction,
    .native_sass = native_sass,
    .ptx = {8, 7},
    // 13 bits below the largest addend, as with FP8: 33 additions of at most 16.
    .tolerance = 0x1p-3,
});

}  // namespace bp
#endif
