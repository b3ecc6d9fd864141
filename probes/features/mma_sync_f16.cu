// mma.sync with f16 operands: the warp-level tensor core instruction of every GPU since sm_80, and
// the yardstick for the rates of the others.
#ifdef __CUDACC__
#include "probes/features/mma_sync_device.cuh"
#include "probes/ptx/mma_sync.cuh"

BP_MMA_SYNC_ENTRIES(mma_sync_f16, Dense, mma_f16)

#else
#include "probes/features/mma_sync_formats.h"
#include "probes/features/mma_sync_host.h"

namespace bp {
namespace {

constexpr std::string_view instruction[] = {"mma.sync.aligned.m16n8k16.row.col.f32.f16.f16.f32"};
constexpr std::string_view native_sass[] = {"HMMA.16816.F32"};

}  // namespace

extern const InstructionProbe mma_sync_f16_probe = mma::describe<mma::F16>({
    .feature = "mma_sync.f16",
    .entry = "mma_sync_f16",
    .rate_entry = "mma_sync_f16_rate",
    .instruction = instruction,
    .native_sass = native_sass,
    .ptx = {7, 0},
    // Products are exact; at most 17 additions truncate to 24 bits below a sum of less than 32.
    .tolerance = 0x1p-14,
});

}  // namespace bp
#endif
