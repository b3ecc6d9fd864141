// mma.sync with bf16 operands.
#ifdef __CUDACC__
#include "probes/features/mma_sync_device.cuh"
#include "probes/ptx/mma_sync.cuh"

BP_MMA_SYNC_ENTRIES(mma_sync_bf16, Dense, mma_bf16)

#else
#include "probes/features/mma_sync_formats.h"
#include "probes/features/mma_sync_host.h"

namespace bp {
namespace {

constexpr std::string_view instruction[] = {"mma.sync.aligned.m16n8k16.row.col.f32.bf16.bf16.f32"};
constexpr std::string_view native_sass[] = {"HMMA.16816.F32.BF16"};

}  // namespace

extern const InstructionProbe mma_sync_bf16_probe = mma::describe<mma::Bf16>({
    .feature = "mma_sync.bf16",
    .entry = "mma_sync_bf16",
    .rate_entry = "mma_sync_bf16_rate",
    .instruction = instruction,
    .native_sass = native_sass,
    .ptx = {7, 0},
    // Products are exact; at most 17 additions truncate to 24 bits below a sum of less than 32.
    .tolerance = 0x1p-14,
});

}  // namespace bp
#endif
