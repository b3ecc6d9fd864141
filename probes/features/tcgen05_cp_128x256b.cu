// tcgen05.cp.128x256b: 128 rows of 32 bytes to eight columns, one row to each lane. A row is half
// in one core matrix of shared memory and half in the next.
#include "probes/features/tcgen05_copy_plan.h"

namespace bp::tcgen05_cp_128x256b_plan {
struct Plan : bp::tcgen05::CopyPlan {
  static constexpr unsigned tile_rows = 128;
  static constexpr unsigned row_bytes = 32;
  static constexpr unsigned columns = 8;
};
}  // namespace bp::tcgen05_cp_128x256b_plan
using namespace bp::tcgen05_cp_128x256b_plan;

#ifdef __CUDACC__
#include "probes/features/tcgen05_transfer.cuh"

BP_ENTRY(tcgen05_cp_128x256b) {
  bp::tcgen05::transfer<Plan>(in, out, [](unsigned address, std::uint64_t tile) {
    bp::ptx::tcgen05_copy_128x256b(address, tile);
  });
}

#else
#include "probes/features/tcgen05_copy_host.h"

namespace bp {
namespace {

struct Rows : Plan {
  static constexpr int row_at(unsigned lane, unsigned column) {
    return column < 8 ? static_cast<int>(lane) : -1;
  }
};

constexpr auto instructions = tcgen05::instructions_of_transfer("tcgen05.cp.cta_group::1.128x256b");

}  // namespace

extern const InstructionProbe tcgen05_cp_128x256b_probe =
    tcgen05::describe_copy<Rows>("tcgen05.cp.128x256b", "tcgen05_cp_128x256b", instructions);

}  // namespace bp
#endif
