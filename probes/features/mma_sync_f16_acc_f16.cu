// mma.sync with f16 operands and f16 accumulators: where f32 accumulation runs at half rate, twice
// as fast.
#ifdef __CUDACC__
#include "probes/features/mma_sync_device.cuh"
#include "probes/ptx/mma_sync.cuh"

BP_MMA_SYNC_ENTRIES(mma_sync_f16_acc_f16, DenseHalf, mma_f16_acc_f16)

#else
#include "probes/features/mma_sync_formats.h"
#include "probes/features/mma_sync_host.h"

namespace bp {
namespace {

constexpr std::string_view instruction[] = {"mma.sync.aligned.m16n8k16.row.col.f16.f16.f16.f16"};
constexpr std::string_view native_sass[] = {"HMMA.16816.F16"};

}  // namespace

extern const InstructionProbe mma_sync_f16_acc_f16_probe = mma::describe<mma::F16HalfAccumulator>({
    .feature = "mma_sync.f16.acc_f16",
    .entry = "mma_sync_f16_acc_f16",
    .rate_entry = "mma_sync_f16_acc_f16_rate",
    .instruction = instruction,
    .native_sass = native_sass,
    .ptx = {7, 0},
    // Sums of at most 17 in f16: half a unit in the last place is 2^-7 at most, usually 2^-10,
    // after each of the instruction's few roundings.
    .tolerance = 0x1p-5,
});

}  // namespace bp
#endif
