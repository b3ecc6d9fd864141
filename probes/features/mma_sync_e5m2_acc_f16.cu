// mma.sync with FP8 e5m2 operands and f16 accumulators: native where e4m3 is.
#ifdef __CUDACC__
#include "probes/features/mma_sync_device.cuh"
#include "probes/ptx/mma_sync.cuh"

BP_MMA_SYNC_ENTRIES(mma_sync_e5m2_acc_f16, DenseHalf, mma_e5m2_acc_f16)

#else
#include "probes/features/mma_sync_formats.h"
#include "probes/features/mma_sync_host.h"

namespace bp {
namespace {

constexpr std::string_view instruction[] = {"mma.sync.aligned.m16n8k32.row.col.f16.e5m2.e5m2.f16"};
constexpr std::string_view native_sass[] = {"QMMA.16832.F16.E5M2.E5M2"};

}  // namespace

extern const InstructionProbe mma_sync_e5m2_acc_f16_probe =
    mma::describe<mma::E5m2HalfAccumulator>({
        .feature = "mma_sync.e5m2.acc_f16",
        .entry = "mma_sync_e5m2_acc_f16",
        .rate_entry = "mma_sync_e5m2_acc_f16_rate",
        .instruction = instruction,
        .native_sass = native_sass,
        .ptx = {8, 7},
        // Sums of at most 33 in f16: half a unit in the last place is usually 2^-9, after each of
        // the instruction's few roundings.
        .tolerance = 0x1p-4,
        .native_test = NativeTest{.baseline = "mma_sync.f16.acc_f16",
                                  .native_at_least = 1.7,
                                  .emulated_at_most = 1.4},
    });

}  // namespace bp
#endif
