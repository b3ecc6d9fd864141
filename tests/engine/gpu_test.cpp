// Proofs on the GPU of this machine: a probe without its instruction must fail, one assembler call
// for all must say the same as one for each, a second run must say the same as the first.
//
// Without a GPU these are skipped, with the reason; with REQUIRE_GPU=1 they fail. BP_LIBCUDA picks
// a libcuda.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

#include "probes/assembly/rewrite.h"
#include "probes/engine/assembler.h"
#include "probes/engine/image.h"
#include "probes/engine/proof.h"
#include "probes/features/embedded.h"
#include "probes/registry/feature.h"
#include "tests/support/with_gpu.h"

namespace bp {
namespace {

class OnGpu : public test::WithGpu {
 protected:
  std::map<std::string, FeatureResult> run(const std::vector<std::string>& features) {
    std::map<std::string, FeatureResult> results;
    engine_.run_features(features, {.started = {}, .finished = [&](const FeatureResult& result) {
                                      EXPECT_TRUE(results.emplace(result.id, result).second)
                                          << result.id << " twice";
                                    }});
    return results;
  }

  static std::vector<std::string> all_features() {
    std::vector<std::string> ids;
    for (const auto& feature : features()) ids.emplace_back(feature.id);
    return ids;
  }
};

TEST_F(OnGpu, FactsAreThere) {
  ASSERT_FALSE(facts_.gpus.empty());
  const auto& gpu = facts_.gpus.front();
  EXPECT_FALSE(gpu.name.empty());
  EXPECT_GE(gpu.cc, (ComputeCapability{5, 0}));
  EXPECT_EQ(number(gpu.facts, "warp_size"), 32);
  EXPECT_GE(number(gpu.facts, "multiprocessor_count"), 1);
  EXPECT_GE(number(gpu.facts, "max_shared_memory_per_block_optin_bytes"), 48 * 1024);
  EXPECT_GT(number(gpu.facts, "total_global_mem_bytes"), 1e8);
  EXPECT_FALSE(facts_.library.empty());
}

TEST_F(OnGpu, TheAssemblerNamesTheVersionThatTheCudaVersionPromises) {
  const auto newest = engine_.newest_ptx();
  if (!newest) GTEST_SKIP() << "the driver has no assembler";
  ASSERT_TRUE(facts_.ptx);
  EXPECT_GE(*newest, *facts_.ptx);  // a newer minor driver may take more
}

TEST_F(OnGpu, EveryFeatureGetsOneResultAndNothingIsWrong) {
  const auto results = run(all_features());
  EXPECT_EQ(results.size(), features().size());
  for (const auto& [id, result] : results) {
    EXPECT_NE(result.status, Status::wrong_result) << id << ": " << result.reason->sentence;
    EXPECT_NE(result.status, Status::crashed) << id << ": " << result.reason->sentence;
    EXPECT_NE(result.status, Status::timed_out) << id;
    if (result.status == Status::supported) {
      EXPECT_GE(strongest(result.evidence), EvidenceKind::verified) << id;
    } else {
      EXPECT_TRUE(result.reason) << id;
    }
  }
  EXPECT_FALSE(engine_.poisoned());
}

TEST_F(OnGpu, ASecondRunSaysTheSame) {
  auto first = run(all_features());
  auto second = run(all_features());
  ASSERT_EQ(first.size(), second.size());
  for (auto& [id, result] : first) {
    // A clocked figure differs from run to run; what is said of it must not.
    for (auto& item : result.evidence) item.value.reset();
    for (auto& item : second.at(id).evidence) item.value.reset();
    EXPECT_EQ(result, second.at(id)) << id;
  }
}

TEST_F(OnGpu, JoinedRefusalsAreThoseOfOneByOne) {
  const auto& assembler = engine_.assembler();
  if (!assembler.ability().present) GTEST_SKIP() << "the driver has no assembler";
  std::size_t named = 0;
  for (const auto target : known_targets()) {
    std::vector<const InstructionProbe*> reachable;
    for (const auto* probe : probes()) {
      if (version_for(probe->ptx, target, *assembler.ability().newest) <=
          *assembler.ability().newest) {
        reachable.push_back(probe);
      }
    }
    if (reachable.empty()) continue;
    const auto joined = judge_joined(assembler, probe_pack(), reachable, target);
    for (std::size_t i = 0; i < reachable.size(); ++i) {
      const auto alone = judge_alone(assembler, probe_pack(), *reachable[i], target);
      const auto what = std::string(reachable[i]->feature) + " for " + to_string(target);
      if (!joined[i].named) {
        // Not judged yet: nothing may be concluded, and the engine asks again.
        EXPECT_FALSE(joined[i].on_target) << what;
        continue;
      }
      ++named;
      EXPECT_EQ(joined[i].accepted, alone.accepted) << what << ": " << alone.message;
      EXPECT_EQ(joined[i].on_target, alone.on_target) << what;
      EXPECT_EQ(joined[i].message, alone.message) << what;
    }
  }
  EXPECT_GT(named, 0u) << "the joined logs named nothing at all";
}

/// One probe a test, each in a process of its own under ctest: a fault of one does not spoil the
/// others.
class Neutral : public OnGpu, public testing::WithParamInterface<const InstructionProbe*> {};

TEST_P(Neutral, WithoutItsInstructionTheProbeFails) {
  const auto& probe = *GetParam();
  if (!probe.neutralise_exception.empty()) {
    GTEST_SKIP() << "exception: " << probe.neutralise_exception;
  }
  auto& gpu = engine_.gpu();
  const std::string id(probe.feature);
  const auto whole = run({id}).at(id);
  if (whole.status != Status::supported && whole.status != Status::emulated) {
    GTEST_SKIP() << id << " does not run on this GPU: " << to_string(whole.status);
  }
  const auto target = *parse_target(whole.evidence.front().target);
  const auto version = version_for(probe.ptx, target, engine_.newest_ptx().value_or(probe.ptx));
  const auto text = retarget(probe_pack().ptx(probe.feature), version, target);

  const auto unaltered = run_with_ptx(engine_, probe, text, target, options());
  EXPECT_TRUE(unaltered.status == Status::supported || unaltered.status == Status::emulated)
      << "the text itself must pass: " << (unaltered.reason ? unaltered.reason->sentence : "");

  const auto altered =
      run_with_ptx(engine_, probe, neutralised(text, probe.neutralise), target, options());
  EXPECT_EQ(altered.status, Status::wrong_result)
      << to_string(altered.status) << ": " << (altered.reason ? altered.reason->sentence : "");
  EXPECT_FALSE(gpu.lost());
}

std::string test_name(const testing::TestParamInfo<const InstructionProbe*>& info) {
  std::string name(info.param->feature);
  for (auto& c : name) {
    if (c == '.') c = '_';
  }
  return name;
}

std::vector<const InstructionProbe*> all_probes() { return {probes().begin(), probes().end()}; }

INSTANTIATE_TEST_SUITE_P(Probes, Neutral, testing::ValuesIn(all_probes()), test_name);

}  // namespace
}  // namespace bp
