// mma.sync with single bits, AND and population count: exact for all inputs. From sm_100 on it
// assembles as eight instructions with u8 operands.
#ifdef __CUDACC__
#include "probes/features/mma_sync_device.cuh"
#include "probes/ptx/mma_sync.cuh"

BP_MMA_SYNC_ENTRIES(mma_sync_b1_and, Bits, mma_b1_and)

#else
#include "probes/features/mma_sync_formats.h"
#include "probes/features/mma_sync_host.h"

namespace bp {
namespace {

constexpr std::string_view instruction[] = {
    "mma.sync.aligned.m16n8k256.row.col.s32.b1.b1.s32.and.popc"};
constexpr std::string_view native_sass[] = {"BMMA.168256.AND.POPC"};

}  // namespace

extern const InstructionProbe mma_sync_b1_and_probe = mma::describe<mma::B1And>({
    .feature = "mma_sync.b1.and",
    .entry = "mma_sync_b1_and",
    .rate_entry = "mma_sync_b1_and_rate",
    .instruction = instruction,
    .native_sass = native_sass,
    .ptx = {7, 1},
    // Eight times the s8 rate on sm_80.
    .native_test =
        NativeTest{.baseline = "mma_sync.s8", .native_at_least = 3, .emulated_at_most = 1.5},
});

}  // namespace bp
#endif
