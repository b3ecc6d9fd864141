// One joined module of everything that a target refuses gives the verdicts, and the very messages,
// that each module gets alone. The same is proved of the driver's assembler in the tests that need
// a GPU.
#include <gmock/gmock.h>

#include "probes/assembly/log.h"
#include "probes/assembly/ptxas.h"
#include "probes/assembly/rewrite.h"
#include "probes/features/embedded.h"
#include "probes/features/probe.h"
#include "tests/support/paths.h"

namespace bp {
namespace {

struct Alone {
  const InstructionProbe* probe;
  std::string ptx;
  Judgement judgement;
};

class Batch : public testing::TestWithParam<const char*> {};

TEST_P(Batch, SaysWhatEachSaysAlone) {
  BP_NEEDS("BP_PTXAS");
  const Ptxas ptxas(test::path("BP_PTXAS"));
  const auto target = parse_target(GetParam()).value();
  std::vector<Alone> refused;
  PtxVersion version{};
  for (const auto* probe : probes()) {
    const auto* embedded = probe_pack().find(probe->feature, target);
    if (embedded == nullptr || embedded->accepted) continue;
    auto ptx = probe_pack().ptx(probe->feature);
    ASSERT_FALSE(ptx.empty()) << probe->feature;
    const auto own_version = version_for(probe->ptx, target, ptxas.newest_ptx());
    const auto text = retarget(ptx, own_version, target);
    const auto output = ptxas.assemble(text, target);
    ASSERT_FALSE(output.accepted) << probe->feature << " was refused when it was embedded";
    refused.push_back(
        {probe, std::move(ptx), judge(text, parse_log(output.log), probe->instructions.front())});
    version = std::max(version, own_version);
  }
  ASSERT_GE(refused.size(), 3u) << "a batch of less proves nothing";

  std::vector<std::string_view> texts;
  for (const auto& alone : refused) texts.push_back(alone.ptx);
  const auto joined = join(texts, version, target);
  const auto output = ptxas.assemble(joined.text, target);
  ASSERT_FALSE(output.accepted);
  const auto log = parse_log(output.log);
  for (std::size_t module = 0; module < refused.size(); ++module) {
    std::vector<LogLine> lines;
    for (const auto& line : log) {
      if (line.line != 0 && line.line <= joined.module_of_line.size() &&
          joined.module_of_line[line.line - 1] == module)
        lines.push_back(line);
    }
    const auto& alone = refused[module];
    EXPECT_FALSE(lines.empty()) << alone.probe->feature << " is not named in the log";
    const auto together = judge(joined.text, lines, alone.probe->instructions.front());
    EXPECT_EQ(together.refusal, alone.judgement.refusal) << alone.probe->feature;
    EXPECT_EQ(together.message, alone.judgement.message) << alone.probe->feature;
  }
}
INSTANTIATE_TEST_SUITE_P(Targets, Batch,
                         testing::Values("sm_75", "sm_80", "sm_89", "sm_90", "sm_90a", "sm_100",
                                         "sm_100a", "sm_103f", "sm_110", "sm_120", "sm_120a",
                                         "sm_121f"),
                         [](const auto& info) { return std::string(info.param); });

}  // namespace
}  // namespace bp
