// mma.sync with single bits, XOR and population count: exact for all inputs. sm_90 makes it of two
// AND instructions, later targets of eight with u8 operands.
#ifdef __CUDACC__
#include "probes/features/mma_sync_device.cuh"
#include "probes/ptx/mma_sync.cuh"

BP_MMA_SYNC_ENTRIES(mma_sync_b1_xor, Bits, mma_b1_xor)

#else
#include "probes/features/mma_sync_formats.h"
#include "probes/features/mma_sync_host.h"

namespace bp {
namespace {

constexpr std::string_view instruction[] = {
    "mma.sync.aligned.m16n8k256.row.col.s32.b1.b1.s32.xor.popc"};
constexpr std::string_view native_sass[] = {"BMMA.168256.XOR.POPC"};

}  // namespace

extern const InstructionProbe mma_sync_b1_xor_probe = mma::describe<mma::B1Xor>({
    .feature = "mma_sync.b1.xor",
    .entry = "mma_sync_b1_xor",
    .rate_entry = "mma_sync_b1_xor_rate",
    .instruction = instruction,
    .native_sass = native_sass,
    .ptx = {7, 0},
    // Eight times the s8 rate on sm_80; half of that at most when made of two AND instructions.
    .native_test =
        NativeTest{.baseline = "mma_sync.s8", .native_at_least = 6, .emulated_at_most = 4.2},
});

}  // namespace bp
#endif
