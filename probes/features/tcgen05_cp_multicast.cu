// tcgen05.cp.multicast: 64 rows of 16 bytes to the lanes of two pairs of warps, in both pairings,
// and 32 rows to those of each warp; four columns each.
#include "probes/features/tcgen05_copy_plan.h"

namespace bp::tcgen05_cp_multicast_plan {
struct Plan : bp::tcgen05::CopyPlan {
  static constexpr unsigned tile_rows = 64;
  static constexpr unsigned row_bytes = 16;
  static constexpr unsigned columns = 12;
};
}  // namespace bp::tcgen05_cp_multicast_plan
using namespace bp::tcgen05_cp_multicast_plan;

#ifdef __CUDACC__
#include "probes/features/tcgen05_transfer.cuh"

BP_ENTRY(tcgen05_cp_multicast) {
  bp::tcgen05::transfer<Plan>(in, out, [](unsigned address, std::uint64_t tile) {
    bp::ptx::tcgen05_copy_64x128b_02_13(address, tile);
    bp::ptx::tcgen05_copy_64x128b_01_23(address + 4, tile);
    bp::ptx::tcgen05_copy_32x128b_warpx4(address + 8, tile);
  });
}

#else
#include "probes/features/tcgen05_copy_host.h"

namespace bp {
namespace {

struct Rows : Plan {
  static constexpr int row_at(unsigned lane, unsigned column) {
    switch (column / 4) {
      case 0:  // warps 0 and 2 get the same rows, 1 and 3 too
        return static_cast<int>(lane % 64);
      case 1:  // warps 0 and 1 get the same rows, 2 and 3 too
        return static_cast<int>(lane / 64 * 32 + lane % 32);
      default:
        return static_cast<int>(lane % 32);
    }
  }
};

constexpr auto instructions = tcgen05::instructions_of_transfer(
    "tcgen05.cp.cta_group::1.64x128b.warpx2::02_13",
    "tcgen05.cp.cta_group::1.64x128b.warpx2::01_23", "tcgen05.cp.cta_group::1.32x128b.warpx4");

}  // namespace

extern const InstructionProbe tcgen05_cp_multicast_probe =
    tcgen05::describe_copy<Rows>("tcgen05.cp.multicast", "tcgen05_cp_multicast", instructions);

}  // namespace bp
#endif
