// mma.sync with tf32 operands (f32 registers whose low 13 bits are zero).
#ifdef __CUDACC__
#include "probes/features/mma_sync_device.cuh"
#include "probes/ptx/mma_sync.cuh"

BP_MMA_SYNC_ENTRIES(mma_sync_tf32, Dense, mma_tf32)

#else
#include "probes/features/mma_sync_formats.h"
#include "probes/features/mma_sync_host.h"

namespace bp {
namespace {

constexpr std::string_view instruction[] = {"mma.sync.aligned.m16n8k8.row.col.f32.tf32.tf32.f32"};
constexpr std::string_view native_sass[] = {"HMMA.1688.F32.TF32"};

}  // namespace

extern const InstructionProbe mma_sync_tf32_probe = mma::describe<mma::Tf32>({
    .feature = "mma_sync.tf32",
    .entry = "mma_sync_tf32",
    .rate_entry = "mma_sync_tf32_rate",
    .instruction = instruction,
    .native_sass = native_sass,
    .ptx = {7, 0},
    // Products are exact; at most 9 additions truncate to 24 bits below a sum of less than 16.
    .tolerance = 0x1p-15,
});

}  // namespace bp
#endif
