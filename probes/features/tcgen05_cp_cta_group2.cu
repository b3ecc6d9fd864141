// tcgen05.cp.cta_group2: 128 rows of 16 bytes to the lanes of four columns, and the first 32 of
// them to the lanes of each warp of four others, in both CTAs of a pair; CTA 0 issues for both. PTX
// ISA 9.0, "tcgen05.cp": with .cta_group::2 the data comes to the Tensor Memory of both CTAs. That
// each gets it from its own shared memory, at the place that the descriptor names, is taken from
// what the copy is for: CUTLASS brings the scales of each CTA's own rows of A there and has one CTA
// copy for both (SM100_UTCCP_4x32dp128bit_2cta, sm100_blockscaled_mma_warpspecialized.hpp).
#include "probes/features/tcgen05_copy_plan.h"

namespace bp::tcgen05_cp_cta_group2_plan {
struct Plan : bp::tcgen05::CopyPlan {
  static constexpr unsigned cta_group = 2;
  static constexpr unsigned tile_rows = 128;
  static constexpr unsigned row_bytes = 16;
  static constexpr unsigned columns = 8;
};
}  // namespace bp::tcgen05_cp_cta_group2_plan
using namespace bp::tcgen05_cp_cta_group2_plan;

#ifdef __CUDACC__
#include "probes/features/tcgen05_transfer.cuh"

BP_ENTRY(tcgen05_cp_cta_group2) {
  bp::tcgen05::transfer<Plan>(in, out, [](unsigned address, std::uint64_t tile) {
    bp::ptx::tcgen05_copy_128x128b_pair(address, tile);
    bp::ptx::tcgen05_copy_32x128b_warpx4_pair(address + 4, tile);
  });
}

#else
#include "probes/features/tcgen05_copy_host.h"

namespace bp {
namespace {

struct Rows : Plan {
  static constexpr int row_at(unsigned lane, unsigned column) {
    return static_cast<int>(column < 4 ? lane : lane % 32);
  }
};

constexpr auto instructions = tcgen05::instructions_of_transfer<Plan::cta_group>(
    "tcgen05.cp.cta_group::2.128x128b", "tcgen05.cp.cta_group::2.32x128b.warpx4");
constexpr std::string_view native_sass[] = {"UTCCP.T.S.2CTA"};

}  // namespace

extern const InstructionProbe tcgen05_cp_cta_group2_probe = tcgen05::describe_copy<Rows>(
    "tcgen05.cp.cta_group2", "tcgen05_cp_cta_group2", instructions, native_sass);

}  // namespace bp
#endif
