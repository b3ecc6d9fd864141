// On a real GPU: every probe that its GPU takes is decided, and notices when its instruction is
// taken away. Without a GPU these tests are skipped, unless REQUIRE_GPU is set: then they fail.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "probes/assembly/rewrite.h"
#include "probes/driver/facts.h"
#include "probes/engine/environment.h"
#include "probes/engine/execute.h"
#include "probes/features/embedded.h"
#include "tests/features/neutralise.h"

namespace bp {
namespace {

std::vector<std::string> ids() {
  std::vector<std::string> list;
  for (const auto* probe : probes()) list.emplace_back(probe->feature);
  std::ranges::sort(list);
  return list;
}

/// GPU 0 and what the engine needs of it; opened once, never closed (libcuda's own exit code runs
/// last).
struct OpenGpu {
  Driver driver;
  std::unique_ptr<Gpu> gpu;
  std::unique_ptr<DriverAssembler> assembler;
  PtxVersion newest;
  std::string problem;  // why there is none
};

OpenGpu open() {
  OpenGpu opened;
  prepare_environment();
  const char* path = std::getenv("BP_LIBCUDA");
  auto loaded = load_driver(path == nullptr ? "" : path);
  if (const auto* reason = std::get_if<Reason>(&loaded)) {
    opened.problem = reason->sentence;
    return opened;
  }
  opened.driver = std::get<Driver>(loaded);
  if (opened.driver.api.Init(0) != CUDA_SUCCESS) opened.problem = "cuInit failed";
  return opened;
}

const OpenGpu& the_gpu() {
  static OpenGpu& opened = *new OpenGpu(open());
  if (opened.gpu == nullptr && opened.problem.empty()) {
    try {
      opened.gpu = std::make_unique<Gpu>(opened.driver, 0);
      const auto cuda = cuda_version(opened.driver);
      const auto newest = cuda ? ptx_of_cuda(*cuda) : std::nullopt;
      opened.assembler = std::make_unique<DriverAssembler>(link_on(*opened.gpu), "driver", newest);
      opened.newest = newest.value_or(PtxVersion{8, 0});
    } catch (const Unusable& error) {
      opened.problem = error.reason.sentence;
    }
  }
  return opened;
}

class OnGpu : public testing::TestWithParam<std::string> {
 protected:
  void SetUp() override {
    const auto& opened = the_gpu();
    if (opened.problem.empty()) return;
    if (std::getenv("REQUIRE_GPU") != nullptr) FAIL() << opened.problem;
    GTEST_SKIP() << opened.problem;
  }
  const InstructionProbe& probe() const { return *find_probe(GetParam()); }
  /// The target that the embedded toolkit takes the probe for, if any.
  static std::optional<Target> target(std::string_view feature) {
    for (const auto target : targets_for(the_gpu().gpu->cc())) {
      const auto* row = probe_pack().find(feature, target);
      if (row != nullptr && row->accepted) return target;
    }
    return std::nullopt;
  }
  static FeatureResult run(const InstructionProbe& probe, const std::string& ptx, Target target) {
    const auto& opened = the_gpu();
    Executor executor(*opened.gpu, probe_pack(), *opened.assembler, {});
    const auto version = version_for(probe.ptx, target, opened.newest);
    return executor.run(probe, [&] {
      return load_ptx(*opened.gpu, *opened.assembler, retarget(ptx, version, target), version,
                      target);
    });
  }
  static std::string said(const FeatureResult& result) {
    std::string text(to_string(result.status));
    if (result.reason) text += ": " + result.reason->sentence;
    for (const auto& item : result.evidence) text += "\n  " + item.text;
    return text;
  }
};

TEST_P(OnGpu, GivesTheReferenceResult) {
  const auto chosen = target(GetParam());
  if (!chosen) GTEST_SKIP() << "no target of this GPU has the instruction";
  const auto result = run(probe(), probe_pack().ptx(GetParam()), *chosen);
  EXPECT_TRUE(result.status == Status::supported || result.status == Status::emulated)
      << said(result);
}

TEST_P(OnGpu, NoticesThatItsInstructionIsGone) {
  const auto chosen = target(GetParam());
  if (!chosen) GTEST_SKIP() << "no target of this GPU has the instruction";
  // The fake driver computes results from descriptions: it cannot tell that an instruction is gone.
  if (!the_gpu().driver.fake.empty()) GTEST_SKIP() << "the driver is the tests' fake";
  if (!probe().neutralise_exception.empty()) GTEST_SKIP() << probe().neutralise_exception;
  const auto changed = neutralise(probe_pack().ptx(GetParam()), probe().neutralise);
  ASSERT_GT(changed.changed, 0u);
  const auto result = run(probe(), changed.text, *chosen);
  EXPECT_EQ(result.status, Status::wrong_result) << said(result);
}

INSTANTIATE_TEST_SUITE_P(All, OnGpu, testing::ValuesIn(ids()), [](const auto& info) {
  std::string name = info.param;
  std::ranges::replace(name, '.', '_');
  return name;
});

}  // namespace
}  // namespace bp
