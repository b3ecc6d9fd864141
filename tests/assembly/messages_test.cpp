// Every refusal that this build embeds is the target's fault, and says so of the feature's own
// instruction. The table is written by hand from what ptxas 13.0.88 said: a new wording, or a probe
// refused for another reason, stops here instead of becoming a wrong verdict.
#include <gmock/gmock.h>

#include <map>

#include "probes/features/embedded.h"
#include "probes/features/probe.h"

namespace bp {
namespace {

/// The deciding message of each feature; '*' stands for the target's name.
const std::map<std::string, std::string>& expected_messages() {
  static const std::map<std::string, std::string> table{
      {"cluster.launch", "Feature 'barrier.cluster.arrive' requires .target sm_90 or higher"},
      {"cp_async", "Feature 'cp.async' requires .target sm_80 or higher"},
      {"cp_async_bulk", "Feature 'cp.async.bulk' requires .target sm_90 or higher"},
      {"dsmem.st_async", "Feature 'st.async' requires .target sm_90 or higher"},
      {"tcgen05.cp", "Instruction 'tcgen05.cp' not supported on .target '*'"},
      {"tma.store", "Feature 'cp.async.bulk.tensor' requires .target sm_90 or higher"},
      {"dsmem.read", "Feature '::cluster' requires .target sm_90 or higher"},
      {"dsmem.write", "Feature '::cluster' requires .target sm_90 or higher"},
      {"elect_sync", "Feature 'elect' requires .target sm_90 or higher"},
      {"griddepcontrol", "Instruction 'griddepcontrol' requires .target sm_90 or higher"},
      {"mbarrier", "Feature 'mbarrier.arrive.expect_tx' requires .target sm_90 or higher"},
      {"mma_sync.bf16", "Feature '.bf16' requires .target sm_80 or higher"},
      {"mma_sync.e4m3",
       "Feature 'mma with FP8 floating point type' requires .target sm_89 or higher"},
      {"mma_sync.f16", "Feature '.m16n8k16' requires .target sm_80 or higher"},
      {"mma_sync.f8f6f4.e2m1",
       "Instruction 'mma with with FP6/FP4 floating point type' not supported on .target '*'"},
      {"mma_sync.mxf4nvf4", "Instruction 'mma with block scale' not supported on .target '*'"},
      {"mma_sync.mxf8f6f4", "Instruction 'mma with block scale' not supported on .target '*'"},
      {"mma_sync.s8", "Feature '.m16n8k32' requires .target sm_80 or higher"},
      {"mma_sync.tf32", "Feature '.tf32' requires .target sm_80 or higher"},
      {"setmaxnreg", "Instruction 'setmaxnreg.inc' not supported on .target '*'"},
      {"stmatrix", "Feature 'stmatrix' requires .target sm_90 or higher"},
      {"tcgen05.mma.f16", "Instruction 'tcgen05.mma' not supported on .target '*'"},
      {"tcgen05.mma.f16.cta_group2", "Instruction 'tcgen05.mma' not supported on .target '*'"},
      {"tcgen05.tmem", "Instruction 'tcgen05.st' not supported on .target '*'"},
      {"tma.load", "Feature 'cp.async.bulk.tensor' requires .target sm_90 or higher"},
      {"tma.multicast", "Feature 'cp.async.bulk.tensor' requires .target sm_90 or higher"},
      {"wgmma.bf16",
       "Instruction 'wgmma.mma_async with floating point types' not supported on .target '*'"},
      {"wgmma.e4m3", "Instruction 'wgmma.mma_async with FP8 types' not supported on .target '*'"},
  };
  return table;
}

TEST(Messages, EveryRefusalBlamesTheTarget) {
  std::size_t refusals = 0;
  for (const auto& assembly : probe_pack().assemblies()) {
    if (assembly.accepted) continue;
    ++refusals;
    EXPECT_TRUE(assembly.on_target)
        << assembly.module << " " << to_string(assembly.target) << ": " << assembly.message;
  }
  EXPECT_GT(refusals, 150u);
}

TEST(Messages, AreTheOnesThatWereSeen) {
  if (probe_pack().toolkit() != "ptxas 13.0.88")
    GTEST_SKIP() << "the table is that of ptxas 13.0.88";
  std::size_t compared = 0;
  for (const auto& assembly : probe_pack().assemblies()) {
    if (assembly.accepted) continue;
    std::string message = assembly.message;
    const auto name = "'" + to_string(assembly.target) + "'";
    if (const auto at = message.find(name); at != std::string::npos)
      message.replace(at, name.size(), "'*'");
    const auto expected = expected_messages().find(assembly.module);
    // A new probe needs no row here: EveryRefusalBlamesTheTarget covers it.
    if (expected == expected_messages().end()) continue;
    ++compared;
    EXPECT_EQ(message, expected->second) << assembly.module << " " << to_string(assembly.target);
  }
  EXPECT_GT(compared, 150u);
}

TEST(Messages, TheTableHasNoFeatureThatIsGone) {
  for (const auto& [feature, message] : expected_messages())
    EXPECT_NE(find_probe(feature), nullptr) << feature;
}

}  // namespace
}  // namespace bp
