// mma.sync with f64 operands in the smallest shape, the native one of most GPUs.
#ifdef __CUDACC__
#include "probes/features/mma_sync_device.cuh"
#include "probes/ptx/mma_sync.cuh"

BP_MMA_SYNC_ENTRIES(mma_sync_f64, F64M8N8K4, mma_f64_m8n8k4)

#else
#include "probes/features/mma_sync_formats.h"
#include "probes/features/mma_sync_host.h"

namespace bp {
namespace {

constexpr std::string_view instruction[] = {"mma.sync.aligned.m8n8k4.row.col.f64.f64.f64.f64"};
constexpr std::string_view native_sass[] = {"DMMA.884", "DMMA.8x8x4"};

}  // namespace

extern const InstructionProbe mma_sync_f64_probe = mma::describe<mma::F64>({
    .feature = "mma_sync.f64",
    .entry = "mma_sync_f64",
    .rate_entry = "mma_sync_f64_rate",
    .instruction = instruction,
    .native_sass = native_sass,
    .ptx = {7, 0},
    // Four fused additions to a sum of less than 8.
    .tolerance = 0x1p-48,
});

}  // namespace bp
#endif
