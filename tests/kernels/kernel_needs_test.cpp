// Kernel::needs against the instructions in the PTX of the module: what is used is named, and what
// is named is used.
#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <string>
#include <string_view>

#include "kernels/embedded.h"
#include "kernels/image.h"
#include "kernels/kernel.h"
#include "probes/features/embedded.h"
#include "probes/registry/feature.h"

namespace bp {
namespace {

/// A feature is used where an opcode starts and goes on like this.
struct Use {
  std::string_view start;
  std::string_view part;
  std::string_view feature;
};

constexpr Use uses[] = {
    {"mma.sync.", ".f16.f16.", "mma_sync.f16"},
    {"mma.sync.", ".bf16.bf16.", "mma_sync.bf16"},
    {"mma.sync.", ".e4m3.e4m3.", "mma_sync.e4m3"},
    {"wgmma.mma_async.", ".bf16.bf16", "wgmma.bf16"},
    {"wgmma.mma_async.", ".e4m3.e4m3", "wgmma.e4m3"},
    // No opcode says so: all tiles of these kernels lie in the 128-byte swizzle.
    {"wgmma.mma_async.", "", "wgmma.swizzle"},
    {"ldmatrix.", "", "ldmatrix"},
    {"stmatrix.", "", "stmatrix"},
    {"cp.async.cg.", "", "cp_async"},
    {"cp.async.ca.", "", "cp_async"},
    {"cp.async.bulk.shared::cluster.global", "", "cp_async_bulk"},
    {"cp.async.bulk.shared::cluster.shared::cta", "", "cp_async_bulk.dsmem"},
    {"cp.async.bulk.tensor.2d.shared::cluster.global", "", "tma.load"},
    {"cp.async.bulk.tensor.3d.shared::cluster.global", "", "tma.load.3d"},
    {"cp.async.bulk.tensor.", ".multicast::cluster", "tma.multicast"},
    {"cp.async.bulk.prefetch.tensor.", "", "tma.prefetch"},
    // The feature is a barrier that counts bytes; others are of sm_80, as is mbarrier.test_wait.
    {"mbarrier.", ".expect_tx", "mbarrier"},
    {"mbarrier.try_wait.", "", "mbarrier.try_wait"},
    {"mbarrier.test_wait.", "", "mbarrier.test_wait"},
    {"mbarrier.arrive.", ".shared::cluster", "mbarrier.remote_arrive"},
    {"fence.proxy.async", "", "fence_proxy.async"},
    {"fence.proxy.tensormap", "", "fence_proxy.tensormap"},
    {"st.async.", "", "dsmem.st_async"},
    {"barrier.cluster.", "", "cluster.barrier"},
    {"barrier.cluster.", "", "cluster.launch"},
    {"cvt.rn.f16x2.e4m3x2", "", "cvt.f16x2.e4m3x2"},
    {"redux.sync.", "", "redux_sync"},
    {"setmaxnreg.", "", "setmaxnreg"},
    {"griddepcontrol.", "", "griddepcontrol"},
};

/// Operands of wgmma.mma_async: {sums}, {A} or its descriptor, descriptor of B, predicate, then
/// numbers: two signs, and for types of 16 bits whether A (not of registers) and B are MN-major.
void add_operands(std::string_view operands, std::set<std::string, std::less<>>& used) {
  const std::size_t sums = operands.find('}');
  if (operands.substr(std::min(sums, operands.size() - 1)).find('{') != std::string_view::npos)
    used.emplace("wgmma.a_registers");
  const std::size_t predicate = operands.rfind(" p,");
  if (predicate == std::string_view::npos) return;
  std::string numbers(operands.substr(predicate + 3));
  std::erase_if(numbers, [](char c) { return c == ' ' || c == ';'; });
  const std::string_view signs = "1,1,";
  if (numbers.starts_with(signs) && numbers.find('1', signs.size()) != std::string::npos)
    used.emplace("wgmma.mn_major");
}

std::set<std::string, std::less<>> features_in(std::string_view ptx) {
  std::set<std::string, std::less<>> used;
  while (!ptx.empty()) {
    std::string_view line = ptx.substr(0, ptx.find('\n'));
    ptx.remove_prefix(std::min(line.size() + 1, ptx.size()));
    const auto skip_spaces = [&] {
      line.remove_prefix(std::min(line.find_first_not_of(" \t"), line.size()));
    };
    skip_spaces();
    if (line.starts_with('@')) {
      line.remove_prefix(std::min(line.find_first_of(" \t"), line.size()));
      skip_spaces();
    }
    const std::string_view opcode = line.substr(0, line.find_first_of(" \t;"));
    for (const Use& use : uses) {
      if (opcode.starts_with(use.start) && opcode.find(use.part) != std::string_view::npos)
        used.emplace(use.feature);
    }
    if (opcode.starts_with("wgmma.mma_async.")) add_operands(line.substr(opcode.size()), used);
  }
  return used;
}

TEST(FeaturesInPtx, ByHand) {
  using Names = std::set<std::string, std::less<>>;
  EXPECT_EQ(features_in("  @!%p1 bra $L;\n\tcp.async.cg.shared.global [%r1], [%rd1], 16;\n"
                        "@%p2 redux.sync.min.u32 %r1, %r2, -1;"),
            (Names{"cp_async", "redux_sync"}));
  const std::string start = "wgmma.mma_async.sync.aligned.m64n8k16.f32.bf16.bf16 {%f1, %f2}, ";
  EXPECT_EQ(features_in(start + "%rd1, %rd2, p, 1, 1, 0, 0;"),
            (Names{"wgmma.bf16", "wgmma.swizzle"}));
  EXPECT_EQ(features_in(start + "%rd1, %rd2, p, 1, 1, 0, 1;"),
            (Names{"wgmma.bf16", "wgmma.mn_major", "wgmma.swizzle"}));
  EXPECT_EQ(features_in(start + "{%r1, %r2}, %rd2, p, 1, 1, 0;"),
            (Names{"wgmma.a_registers", "wgmma.bf16", "wgmma.swizzle"}));
  EXPECT_EQ(features_in("wgmma.mma_async.sync.aligned.m64n8k32.f32.e4m3.e4m3 {%f1}, %rd1, %rd2, p, "
                        "1, 1;"),
            (Names{"wgmma.e4m3", "wgmma.swizzle"}));
}

TEST(KernelNeeds, AreTheInstructionsOfItsModule) {
  std::set<std::string_view> known;
  for (const Feature& feature : features()) known.insert(feature.id);
  for (const Kernel& kernel : kernels()) {
    std::set<std::string, std::less<>> named;
    for (const std::string_view need : kernel.needs) {
      EXPECT_TRUE(known.contains(need)) << kernel.id << " needs " << need;
      named.emplace(need);
    }
    EXPECT_EQ(named, features_in(kernel_pack().ptx(kernel.id))) << kernel.id;
  }
}

// A feature may be more than the one instruction of it that a kernel uses: it must not take a
// kernel from a GPU that runs it.
TEST(KernelNeeds, AreThereOnTheOldestTarget) {
  int seen = 0;
  for (const Kernel& kernel : kernels()) {
    const bool hopper = kernel_pack().ptx(kernel.id).find(".target sm_90a") != std::string::npos;
    for (const std::string_view need : kernel.needs) {
      const auto* row = probe_pack().find(need, hopper ? hopper_target : portable_target);
      if (row == nullptr) continue;  // not a target of this build
      EXPECT_TRUE(row->accepted) << kernel.id << " needs " << need << ": " << row->message;
      ++seen;
    }
  }
  EXPECT_GT(seen, 0);
}

}  // namespace
}  // namespace bp
