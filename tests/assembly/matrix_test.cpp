// What the assembler takes and what comes out, by hand from the PTX ISA 9.0 "Target ISA Notes" of
// each instruction; opcodes as nvdisasm 13.5 names them.
#include <gmock/gmock.h>

#include "probes/assembly/ptxas.h"
#include "probes/features/embedded.h"
#include "probes/features/probe.h"
#include "tests/support/paths.h"

namespace bp {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

struct Expectation {
  const char* feature;
  const char* target;
  bool accepted;
  const char* sass;  // how it starts
};

class Matrix : public testing::TestWithParam<Expectation> {};
TEST_P(Matrix, IsAsDocumented) {
  const auto& [feature, name, accepted, sass] = GetParam();
  const auto* assembly = probe_pack().find(feature, parse_target(name).value());
  ASSERT_NE(assembly, nullptr) << feature << " " << name;
  EXPECT_EQ(assembly->accepted, accepted) << assembly->message;
  EXPECT_EQ(assembly->message.empty(), accepted);
  EXPECT_EQ(probe_pack().cubin(feature, assembly->target).has_value(), accepted);
  if (BP_HAS_NVDISASM) {
    EXPECT_THAT(assembly->sass, StartsWith(sass));
  }
  EXPECT_EQ(assembly->opcodes.empty(), !accepted || !BP_HAS_NVDISASM);
}
INSTANTIATE_TEST_SUITE_P(
    Table, Matrix,
    testing::Values(
        Expectation{"mma_sync.f16", "sm_75", false, ""},
        Expectation{"mma_sync.f16", "sm_80", true, "native: HMMA.16816"},
        Expectation{"mma_sync.s8", "sm_121", true, "native: IMMA"},
        Expectation{"mma_sync.e4m3", "sm_86", false, ""},
        Expectation{"mma_sync.e4m3", "sm_89", true, "native: QMMA"},
        Expectation{"mma_sync.e4m3", "sm_90a", true, "expanded: F2FP.F16.E4M3.UNPACK_B, HMMA"},
        Expectation{"mma_sync.e4m3", "sm_100a", true, "expanded: F2FP.F16.E4M3.UNPACK_B, HMMA"},
        Expectation{"mma_sync.e4m3", "sm_103a", true, "expanded: F2FP"},
        Expectation{"mma_sync.e4m3", "sm_110a", true, "expanded: F2FP"},
        Expectation{"mma_sync.e4m3", "sm_120", true, "native: QMMA"},
        Expectation{"mma_sync.mxf4nvf4", "sm_120", false, ""},
        Expectation{"mma_sync.mxf4nvf4", "sm_120a", true, "native: OMMA.SF"},
        Expectation{"mma_sync.mxf4nvf4", "sm_121f", true, "native: OMMA.SF"},
        Expectation{"mma_sync.mxf4nvf4", "sm_100a", false, ""},
        Expectation{"mma_sync.mxf8f6f4", "sm_121a", true, "native: QMMA.SF"},
        Expectation{"ldmatrix", "sm_75", true, "native: LDSM"},
        Expectation{"stmatrix", "sm_89", false, ""},
        Expectation{"stmatrix", "sm_90", true, "native: STSM"},
        Expectation{"wgmma.bf16", "sm_90", false, ""},
        Expectation{"wgmma.bf16", "sm_90a", true, "native: HGMMA"},
        Expectation{"wgmma.bf16", "sm_100a", false, ""},
        Expectation{"wgmma.e4m3", "sm_90a", true, "native: QGMMA"},
        Expectation{"wgmma.bf16", "sm_120a", false, ""},
        Expectation{"tcgen05.mma.f16", "sm_100", false, ""},
        Expectation{"tcgen05.mma.f16", "sm_100f", true, "native: UTCHMMA"},
        Expectation{"tcgen05.mma.f16", "sm_103a", true, "native: UTCHMMA"},
        Expectation{"tcgen05.mma.f16", "sm_110a", true, "native: UTCHMMA"},
        Expectation{"tcgen05.mma.f16", "sm_120a", false, ""},
        Expectation{"tcgen05.mma.f16.cta_group2", "sm_100a", true, "native: UTCHMMA.2CTA"},
        Expectation{"tcgen05.mma.mxf4nvf4.cta_group2", "sm_100f", true, "native: UTCOMMA.2CTA"},
        Expectation{"tcgen05.mma.mxf4nvf4.cta_group2", "sm_103a", true, "native: UTCOMMA.2CTA"},
        Expectation{"tcgen05.mma.mxf4nvf4.cta_group2", "sm_120a", false, ""},
        Expectation{"tcgen05.cp.cta_group2", "sm_110a", true, "native: UTCCP.T.S.2CTA"},
        Expectation{"tcgen05.tmem", "sm_90a", false, ""},
        Expectation{"tma.load", "sm_90", true, "native: UTMALDG.2D"},
        // Written with a destination in .shared::cluster.
        Expectation{"tma.load", "sm_120", true,
                    "helper: __cuda_syscall_cp_async_bulk_tensor_2d_tile_unicast"},
        Expectation{"tma.multicast", "sm_90a", true, "native: UTMALDG.2D.MULTICAST"},
        Expectation{"tma.multicast", "sm_121a", true,
                    "helper: __cuda_syscall_cp_async_bulk_tensor_2d_tile_multicast"},
        Expectation{"tma.load.cta_group2", "sm_90a", false, ""},
        Expectation{"tma.load.cta_group2", "sm_100f", true, "native: UTMALDG.2D.2CTA"},
        Expectation{"tma.load.cta_group2", "sm_120a", false, ""},
        Expectation{"tma.gather4.cta_group2", "sm_103a", true, "native: UTMALDG.2D.GATHER4.2CTA"},
        Expectation{"cooperative_launch", "sm_75", true, "native: ATOMG.E.ADD"},
        Expectation{"clusterlaunchcontrol.multicast", "sm_120", false, ""},
        Expectation{"clusterlaunchcontrol.multicast", "sm_120f", true,
                    "native: UGETNEXTWORKID.BROADCAST"},
        // Its tile is loaded with a helper; the prefetch itself is native.
        Expectation{"tma.prefetch", "sm_120", true, "native: UTMAPF"},
        Expectation{"fence_proxy.tensormap", "sm_120", true, "native: UTMACCTL"},
        Expectation{"max.f32.three", "sm_110", true, "native: FMNMX3"},
        Expectation{"max.f32.three", "sm_120", true, "expanded: FMNMX"},
        Expectation{"dpx.s32", "sm_100", true, "native: VIADDMNMX"},
        Expectation{"dpx.s32", "sm_110", true, "expanded: IMNMX"},
        Expectation{"mma_sync.f8f6f4.e4m3", "sm_100f", true, "expanded: F2FP"},
        Expectation{"mma_sync.sp.e4m3", "sm_90", true, "expanded: F2FP"},
        Expectation{"mma_sync.sp.e4m3", "sm_100", true, "helper: __cuda_sm_10x_hmma"},
        Expectation{"cluster.launch", "sm_120", true, "native: UCGABAR"},
        Expectation{"elect_sync", "sm_89", false, ""},
        Expectation{"elect_sync", "sm_90", true, "native: ELECT"},
        Expectation{"setmaxnreg", "sm_90", false, ""},
        Expectation{"setmaxnreg", "sm_90a", true, "native: USETMAXREG"},
        Expectation{"setmaxnreg", "sm_120f", true, "native: USETMAXREG"}),
    [](const auto& info) {
      std::string name = std::string(info.param.feature) + "_" + info.param.target;
      std::ranges::replace(name, '.', '_');
      return name;
    });

TEST(Matrix, HasEveryProbeForEveryTargetOfTheAssembler) {
  BP_NEEDS("BP_PTXAS");
  const Ptxas ptxas(test::path("BP_PTXAS"));
  EXPECT_EQ(probe_pack().toolkit(), ptxas.name());
  std::size_t targets = 0;
  for (const auto target : known_targets()) {
    if (!ptxas.knows(target)) continue;
    ++targets;
    for (const auto* probe : probes())
      EXPECT_NE(probe_pack().find(probe->feature, target), nullptr)
          << probe->feature << to_string(target);
  }
  EXPECT_EQ(probe_pack().assemblies().size(), targets * probes().size());
}

// `matrix --ptxas` on this build's assembler says what the embedded table says.
TEST(Matrix, AgreesWithARunOfTheAssemblerNow) {
  BP_NEEDS("BP_PTXAS");
  std::vector<MatrixModule> modules;
  for (const auto* feature : {"wgmma.bf16", "mma_sync.mxf4nvf4", "ldmatrix"}) {
    const auto* probe = find_probe(feature);
    ASSERT_NE(probe, nullptr);
    modules.push_back(
        {feature, probe_pack().ptx(feature), std::string(probe->instructions.front()), probe->ptx});
  }
  const auto rows = matrix_with(Ptxas(test::path("BP_PTXAS")), modules, known_targets(), 2);
  EXPECT_GT(rows.size(), 30u);
  for (const auto& row : rows) {
    const auto* assembly = probe_pack().find(row.feature, parse_target(row.target).value());
    ASSERT_NE(assembly, nullptr);
    EXPECT_EQ(row.verdict == Status::assembles, assembly->accepted) << row.feature << row.target;
    EXPECT_EQ(row.message, assembly->message);
  }
}

}  // namespace
}  // namespace bp
