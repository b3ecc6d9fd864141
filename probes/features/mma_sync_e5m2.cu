// mma.sync with FP8 e5m2 operands: native where e4m3 is.
#ifdef __CUDACC__
#include "probes/features/mma_sync_device.cuh"
#include "probes/ptx/mma_sync.cuh"

BP_MMA_SYNC_ENTRIES(mma_sync_e5m2, Dense, mma_e5m2)

#else
#include "probes/features/mma_sync_formats.h"
#include "probes/features/mma_sync_host.h"

namespace bp {
namespace {

constexpr std::string_view instruction[] = {"mma.sync.aligned.m16n8k32.row.col.f32.e5m2.e5m2.f32"};
constexpr std::string_view native_sass[] = {"QMMA.16832.F32.E5M2.E5M2"};

}  // namespace

extern const InstructionProbe mma_sync_e5m2_probe = mma::describe<mma::E5m2>({
    .feature = "mma_sync.e5m2",
    .entry = "mma_sync_e5m2",
    .rate_entry = "mma_sync_e5m2_rate",
    .instruction = instruction,
    .native_sass = native_sass,
    .ptx = {8, 4},
    // FP8 tensor cores keep as few as 13 bits below the largest addend: 33 additions of at most 1.
    .tolerance = 0x1p-7,
    .native_test =
        NativeTest{.baseline = "mma_sync.f16", .native_at_least = 1.7, .emulated_at_most = 1.4},
});

}  // namespace bp
#endif
