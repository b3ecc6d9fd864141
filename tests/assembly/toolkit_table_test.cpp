// probes/assembly/toolkits.json against the probes of this build, and against what is known of the
// toolkits by hand.
#include "probes/assembly/embedded/toolkit_table.h"

#include <gmock/gmock.h>
#include <zstd.h>

#include <algorithm>

#include "probes/assembly/rewrite.h"
#include "probes/features/embedded.h"
#include "probes/features/probe.h"

namespace bp {
namespace {

using testing::ElementsAre;

constexpr std::string_view remedy = ": run `make refresh-matrix` and commit the file";
/// Where the probe is what it was.
constexpr std::string_view remedy_all = ": run `make refresh-matrix ALL=1` and commit the file";
/// The compiler of the table's PTX, as nvcc writes it into its output.
constexpr std::string_view compiler = "V13.0.88";

TEST(ToolkitTable, HoldsTheReleases) {
  std::vector<std::string> names;
  for (const auto& toolkit : toolkit_table().toolkits) names.push_back(toolkit.name);
  EXPECT_THAT(names,
              ElementsAre("ptxas 12.8.93", "ptxas 12.9.86", "ptxas 13.0.88", "ptxas 13.5.37"));
}

TEST(ToolkitTable, HoldsEveryProbeAsItIs) {
  const auto& table = toolkit_table();
  for (const auto* probe : probes()) {
    const auto* row = table.find(probe->feature);
    if (row == nullptr) {
      ADD_FAILURE() << probe->feature << " is not in probes/assembly/toolkits.json" << remedy;
      continue;
    }
    const auto ptx = probe_pack().ptx(probe->feature);
    if (ptx.find(compiler) == std::string::npos) continue;  // another compiler's text differs
    EXPECT_EQ(row->hash, module_hash({std::string(probe->feature), ptx,
                                      std::string(probe->instructions.front()), probe->ptx}))
        << probe->feature << " has changed since it was judged" << remedy;
  }
  for (const auto& row : table.features)
    EXPECT_NE(find_probe(row.id), nullptr) << row.id << " is a probe no more" << remedy;
}

/// A row that HoldsEveryProbeAsItIs complains of is left out here.
bool is_current(const Assembly& assembly) {
  const auto* row = toolkit_table().find(assembly.module);
  const auto* probe = find_probe(assembly.module);
  return row != nullptr && probe != nullptr &&
         row->hash == module_hash({assembly.module, probe_pack().ptx(assembly.module),
                                   std::string(probe->instructions.front()), probe->ptx});
}

TEST(ToolkitTable, SaysWhatThisBuildsAssemblerSays) {
  const auto& table = toolkit_table();
  const auto* toolkit = table.toolkit(probe_pack().toolkit());
  if (toolkit == nullptr) GTEST_SKIP() << probe_pack().toolkit() << " is not in the table";
  std::size_t compared = 0;
  std::string checked;
  bool current = false;
  for (const auto& assembly : probe_pack().assemblies()) {
    if (assembly.module != checked) current = is_current(assembly);
    checked = assembly.module;
    if (!current) continue;
    ++compared;
    const auto* verdict = table.verdict(*toolkit, assembly.module, assembly.target);
    ASSERT_NE(verdict, nullptr) << assembly.module << " " << to_string(assembly.target) << remedy;
    const auto where = assembly.module + " for " + to_string(assembly.target);
    EXPECT_EQ(verdict->message, assembly.message) << where << remedy_all;
    ASSERT_EQ(verdict->accepted, assembly.accepted)
        << where << ": this build assembles with the probe's smallest .version, the table with "
        << "any. If the table has a smallest one of " << to_string(verdict->lowest)
        << ", the probe's is too small; else" << remedy_all;
    const auto used =
        version_for(find_probe(assembly.module)->ptx, assembly.target, toolkit->newest);
    if (verdict->accepted) {
      EXPECT_LE(verdict->lowest, used) << where;
    }
  }
  EXPECT_GT(compared, 500u);
}

const ToolkitVerdict* verdict(std::string_view release, std::string_view feature,
                              std::string_view target) {
  const auto& table = toolkit_table();
  return table.verdict(*table.toolkit(release), feature, parse_target(target).value());
}

// Which release knows which target: release notes of CUDA 12.8 to 13.4.
TEST(ToolkitTable, TargetsCameAndWent) {
  EXPECT_EQ(verdict("12.8", "ldmatrix", "sm_103"), nullptr);
  EXPECT_EQ(verdict("12.8", "ldmatrix", "sm_120f"), nullptr);
  EXPECT_NE(verdict("12.8", "ldmatrix", "sm_101a"), nullptr);
  EXPECT_NE(verdict("12.9", "ldmatrix", "sm_70"), nullptr);
  EXPECT_EQ(verdict("13.0", "ldmatrix", "sm_70"), nullptr);
  EXPECT_EQ(verdict("13.0", "ldmatrix", "sm_101a"), nullptr);
  EXPECT_NE(verdict("13.0", "ldmatrix", "sm_110f"), nullptr);
  EXPECT_EQ(verdict("13.0", "ldmatrix", "sm_107"), nullptr);
  ASSERT_NE(verdict("13.5", "ldmatrix", "sm_107"), nullptr);
  EXPECT_EQ(verdict("13.5", "ldmatrix", "sm_107")->lowest, (PtxVersion{9, 4}));
}

TEST(ToolkitTable, TheTwoBlackwellsShareNoMatrixPath) {
  for (const auto* release : {"12.8", "12.9", "13.0", "13.5"}) {
    EXPECT_TRUE(verdict(release, "tcgen05.mma.f16", "sm_100a")->accepted);
    EXPECT_FALSE(verdict(release, "tcgen05.mma.f16", "sm_120a")->accepted);
    EXPECT_FALSE(verdict(release, "mma_sync.mxf4nvf4", "sm_100a")->accepted);
    EXPECT_TRUE(verdict(release, "mma_sync.mxf4nvf4", "sm_120a")->accepted);
    EXPECT_FALSE(verdict(release, "wgmma.bf16", "sm_100a")->accepted);
    EXPECT_TRUE(verdict(release, "wgmma.bf16", "sm_90a")->accepted);
  }
  EXPECT_TRUE(verdict("13.5", "tcgen05.mma.f16", "sm_107f")->accepted);
}

TEST(ToolkitTable, NamesTheFirstToolkit) {
  const auto& table = toolkit_table();
  const auto first = [&](std::string_view feature, std::string_view target) {
    const auto* toolkit = table.first(feature, parse_target(target).value());
    return toolkit == nullptr ? std::string() : toolkit->name;
  };
  EXPECT_EQ(first("mma_sync.mxf4nvf4", "sm_120a"), "ptxas 12.8.93");
  EXPECT_EQ(first("mma_sync.mxf4nvf4", "sm_120f"), "ptxas 12.9.86");
  EXPECT_EQ(first("tcgen05.mma.f16", "sm_110a"), "ptxas 13.0.88");
  EXPECT_EQ(first("tcgen05.mma.f16", "sm_107a"), "ptxas 13.5.37");
  EXPECT_EQ(first("tcgen05.mma.f16", "sm_120a"), "");
}

TEST(ToolkitTable, IsSmall) {
  const auto text = embedded_toolkit_files().front();
  std::vector<char> packed(ZSTD_compressBound(text.size()));
  const auto size = ZSTD_compress(packed.data(), packed.size(), text.data(), text.size(), 3);
  ASSERT_EQ(ZSTD_isError(size), 0u);
  EXPECT_LT(size, 300'000u);
}

TEST(ToolkitTable, IsWrittenAsItIsRead) {
  EXPECT_EQ(encode_table(toolkit_table()), embedded_toolkit_files().front());
}

}  // namespace
}  // namespace bp
