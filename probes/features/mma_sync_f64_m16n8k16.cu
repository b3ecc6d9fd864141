// mma.sync with f64 operands in the shape of sm_90. Elsewhere it assembles as eight instructions of
// the smallest shape.
#ifdef __CUDACC__
#include "probes/features/mma_sync_device.cuh"
#include "probes/ptx/mma_sync.cuh"

BP_MMA_SYNC_ENTRIES(mma_sync_f64_m16n8k16, F64M16N8K16, mma_f64_m16n8k16)

#else
#include "probes/features/mma_sync_formats.h"
#include "probes/features/mma_sync_host.h"

namespace bp {
namespace {

constexpr std::string_view instruction[] = {"mma.sync.aligned.m16n8k16.row.col.f64.f64.f64.f64"};
constexpr std::string_view native_sass[] = {"DMMA.16x8x16"};

}  // namespace

extern const InstructionProbe mma_sync_f64_m16n8k16_probe = mma::describe<mma::F64Large>({
    .feature = "mma_sync.f64.m16n8k16",
    .entry = "mma_sync_f64_m16n8k16",
    .rate_entry = "mma_sync_f64_m16n8k16_rate",
    .instruction = instruction,
    .native_sass = native_sass,
    .ptx = {7, 8},
    // 16 fused additions to a sum of less than 32.
    .tolerance = 0x1p-44,
});

}  // namespace bp
#endif
