// mma.sync with s4 operands: exact for all inputs. From sm_90 on it assembles as two instructions
// with s8 operands and the shifts that make them.
#ifdef __CUDACC__
#include "probes/features/mma_sync_device.cuh"
#include "probes/ptx/mma_sync.cuh"

BP_MMA_SYNC_ENTRIES(mma_sync_s4, DenseInt, mma_s4)

#else
#include "probes/features/mma_sync_formats.h"
#include "probes/features/mma_sync_host.h"

namespace bp {
namespace {

constexpr std::string_view instruction[] = {"mma.sync.aligned.m16n8k64.row.col.s32.s4.s4.s32"};
constexpr std::string_view native_sass[] = {"IMMA.16864.S4.S4"};

}  // namespace

extern const InstructionProbe mma_sync_s4_probe = mma::describe<mma::S4>({
    .feature = "mma_sync.s4",
    .entry = "mma_sync_s4",
    .rate_entry = "mma_sync_s4_rate",
    .instruction = instruction,
    .native_sass = native_sass,
    .ptx = {7, 0},
    // Twice the s8 rate on sm_80 and sm_89.
    .native_test =
        NativeTest{.baseline = "mma_sync.s8", .native_at_least = 1.6, .emulated_at_most = 1.2},
});

}  // namespace bp
#endif
