// mma.sync kind::f8f6f4 with FP8 e4m3 operands. The targets of sm_100's and sm_110's families take
// it too, but make it of conversions and f16 instructions; the clock tells.
#ifdef __CUDACC__
#include "probes/features/mma_sync_device.cuh"
#include "probes/ptx/mma_sync.cuh"

BP_MMA_SYNC_ENTRIES(mma_sync_f8f6f4_e4m3, Dense, mma_f8f6f4_e4m3)

#else
#include "probes/features/mma_sync_formats.h"
#include "probes/features/mma_sync_host.h"

namespace bp {
namespace {

constexpr std::string_view instruction[] = {
    "mma.sync.aligned.m16n8k32.row.col.kind::f8f6f4.f32.e4m3.e4m3.f32"};
constexpr std::string_view native_sass[] = {"QMMA.16832.F32.E4M3.E4M3"};

}  // namespace

extern const InstructionProbe mma_sync_f8f6f4_e4m3_probe = mma::describe<mma::E4m3>({
    .feature = "mma_sync.f8f6f4.e4m3",
    .entry = "mma_sync_f8f6f4_e4m3",
    .rate_entry = "mma_sync_f8f6f4_e4m3_rate",
    .instruction = instruction,
    .native_sass = native_sass,
    .ptx = {8, 7},
    // 13 bits below the largest addend: 33 additions of at most 1.
    .tolerance = 0x1p-7,
    .native_test =
        NativeTest{.baseline = "mma_sync.f16", .native_at_least = 1.7, .emulated_at_most = 1.4},
});

}  // namespace bp
#endif
