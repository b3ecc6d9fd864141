// The supervisor against scripted workers (fake_worker.cpp): one broken item costs one item.
#include "cli/supervisor/supervisor.h"

#include <dirent.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <pthread.h>

#include <algorithm>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <thread>

#include "tests/cli/supervise.h"

namespace bp {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

TEST_F(Supervise, AllGoesWellInOneWorker) {
  const auto outcome = run({"ok.a", "ok.b", "wrong.c"});
  ASSERT_EQ(outcome.gpus.size(), 1u);
  EXPECT_THAT(statuses(outcome.gpus[0]),
              ElementsAre("ok.a supported", "ok.b supported", "wrong.c wrong_result wrong_value"));
  EXPECT_EQ(outcome.gpus[0].target, "sm_90a");
  EXPECT_THAT(notes(), ElementsAre("gpu 0: ok.a ok.b wrong.c"));
  EXPECT_THAT(outcome.log, IsEmpty());
  EXPECT_EQ(outcome.driver.version, "580.1");
  EXPECT_NE(find_fact(outcome.gpus[0].facts.facts, "power_limit_watts"), nullptr);
}

TEST_F(Supervise, OneCrashCostsOneItem) {
  const auto outcome = run({"ok.a", "abort.b", "ok.c"});
  EXPECT_THAT(statuses(outcome.gpus[0]),
              ElementsAre("ok.a supported", "abort.b crashed worker_crashed", "ok.c supported"));
  EXPECT_THAT(outcome.gpus[0].features[1].reason->sentence, HasSubstr("SIGABRT"));
  EXPECT_THAT(notes(), ElementsAre("gpu 0: ok.a abort.b ok.c", "gpu 0: ok.c"));
  ASSERT_EQ(outcome.log.size(), 1u);
  EXPECT_EQ(outcome.log[0],
            "GPU 0: the worker was killed by SIGABRT while it ran abort.b; it last printed \"the "
            "driver says "
            "something at 0xN\"");
}

TEST_F(Supervise, EveryKindOfMisbehaviourHasItsReason) {
  const auto outcome =
      run({"exit.a", "garbage.b", "torn.c", "poison.d", "hang.e", "foreign.f", "mute.g", "ok.h"});
  EXPECT_THAT(statuses(outcome.gpus[0]),
              ElementsAre("exit.a crashed worker_exited", "garbage.b crashed worker_garbage",
                          "torn.c crashed worker_garbage", "poison.d crashed gpu_fault",
                          "hang.e timed_out time_out", "foreign.f crashed worker_garbage",
                          "mute.g crashed worker_exited", "ok.h supported"));
  EXPECT_THAT(outcome.gpus[0].features[0].reason->sentence, HasSubstr("status 3"));
  EXPECT_THAT(outcome.log, testing::Contains(HasSubstr("context was lost after poison.d")));
}

TEST_F(Supervise, TheLogOfASecondRunIsTheSame) {
  const std::vector<std::string> items{"abort.a", "exit.b", "garbage.c", "poison.d", "ok.e"};
  const auto first = run(items);
  const auto second = run(items);
  EXPECT_EQ(first.log, second.log);
  EXPECT_THAT(first.log, Not(IsEmpty()));
  EXPECT_EQ(statuses(first.gpus[0]), statuses(second.gpus[0]));
}

TEST_F(Supervise, WithSeveralInFlightEachIsRunAloneAndTheGuiltyIsBlamed) {
  const auto outcome = run({"ok.a", "ok.b", "abort.c", "ok.d"}, {"together"});
  EXPECT_THAT(statuses(outcome.gpus[0]),
              ElementsAre("ok.a supported", "ok.b supported", "abort.c crashed worker_crashed",
                          "ok.d supported"));
  EXPECT_THAT(notes(), ElementsAre("gpu 0: ok.a ok.b abort.c ok.d", "gpu 0 serial: abort.c",
                                   "gpu 0 serial: ok.d"));
}

TEST_F(Supervise, AHangWithSeveralInFlightIsIsolatedToo) {
  const auto outcome = run({"hang.a", "ok.b", "ok.c"}, {"together"});
  EXPECT_THAT(statuses(outcome.gpus[0]),
              ElementsAre("hang.a timed_out time_out", "ok.b supported", "ok.c supported"));
}

TEST_F(Supervise, ChatterOfLibrariesDisturbsNothing) {
  const auto outcome = run({"chatty.a", "ok.b"});
  EXPECT_THAT(statuses(outcome.gpus[0]), ElementsAre("chatty.a supported", "ok.b supported"));
}

TEST_F(Supervise, GpusHaveWorkersOfTheirOwn) {
  const auto outcome = run({"ok.a", "abort.b", "ok.c"}, {"gpus=2"});
  ASSERT_EQ(outcome.gpus.size(), 2u);
  for (const ProbedGpu& gpu : outcome.gpus) {
    EXPECT_THAT(statuses(gpu),
                ElementsAre("ok.a supported", "abort.b crashed worker_crashed", "ok.c supported"));
  }
  EXPECT_THAT(outcome.log, ElementsAre(HasSubstr("GPU 0: "), HasSubstr("GPU 1: ")));
}

TEST_F(Supervise, AGpuIsPickedByNumberOrUuid) {
  plan_.gpus = {"1"};
  auto outcome = run({"ok.a"}, {"gpus=2"});
  ASSERT_EQ(outcome.gpus.size(), 1u);
  EXPECT_EQ(outcome.gpus[0].facts.index, 1);
  plan_.gpus = {"gpu-00000001"};
  outcome = run({"ok.a"}, {"gpus=2"});
  ASSERT_EQ(outcome.gpus.size(), 1u);
  EXPECT_EQ(outcome.gpus[0].facts.index, 1);
  EXPECT_THAT(notes(), ElementsAre("gpu 1: ok.a", "gpu 1: ok.a"));
}

TEST_F(Supervise, AnUnknownOrAmbiguousGpuIsNamed) {
  plan_.gpus = {"7"};
  auto outcome = run({"ok.a"}, {"gpus=2"});
  EXPECT_EQ(outcome.unknown_gpu, "7");
  EXPECT_THAT(outcome.known_gpus, ElementsAre("0 (Scripted GPU)", "1 (Scripted GPU)"));
  EXPECT_THAT(outcome.gpus, IsEmpty());
  plan_.gpus = {"GPU-0000"};
  EXPECT_EQ(run({"ok.a"}, {"gpus=2"}).unknown_gpu, "GPU-0000");
}

TEST_F(Supervise, KernelsRunAfterFeaturesAndOnlyWithWhatTheyNeed) {
  plan_.kernels = {{"ok.kernel", "op", "path", {"ok.a"}},
                   {"abort.kernel", "op", "path", {"not.selected"}},
                   {"ok.needy", "op", "path", {"wrong.b"}},
                   {"ok.last", "op", "path", {}}};
  const auto outcome = run({"ok.a", "wrong.b"});
  const auto& kernels = outcome.gpus[0].kernels;
  ASSERT_EQ(kernels.size(), 4u);
  EXPECT_EQ(kernels[0].status, Status::supported);
  EXPECT_EQ(kernels[1].status, Status::crashed);
  EXPECT_EQ(kernels[1].path, "path");
  EXPECT_EQ(kernels[2].status, Status::not_run);
  EXPECT_EQ(kernels[2].reason->id, "need_missing");
  EXPECT_THAT(kernels[2].reason->sentence, HasSubstr("wrong.b is wrong_result"));
  EXPECT_EQ(kernels[3].status, Status::supported);
  EXPECT_THAT(notes(), ElementsAre("gpu 0: ok.a wrong.b", "gpu 0: kernel ok.kernel",
                                   "gpu 0: kernel abort.kernel", "gpu 0: kernel ok.last"));
}

TEST_F(Supervise, NoDeviceIsTheDriversAnswer) {
  const auto outcome = run({"ok.a"}, {"enumerate=no_device"});
  EXPECT_EQ(outcome.driver.problem->id, "no_device");
  EXPECT_THAT(outcome.gpus, IsEmpty());
  EXPECT_THAT(outcome.log, IsEmpty());
}

TEST_F(Supervise, ADriverThatCrashesWhileItStarts) {
  for (const char* how : {"enumerate=crash", "enumerate=exit", "enumerate=garbage"}) {
    const auto outcome = run({"ok.a"}, {how});
    ASSERT_TRUE(outcome.driver.problem.has_value()) << how;
    EXPECT_EQ(outcome.driver.problem->id, "driver_crashed") << how;
    EXPECT_THAT(outcome.gpus, IsEmpty());
    EXPECT_EQ(outcome.log.size(), 1u);
  }
}

TEST_F(Supervise, ContextsThatCrashMakeTheGpuUnusableAfterASecondTry) {
  const auto outcome = run({"ok.a", "ok.b"}, {"features=crash"});
  EXPECT_EQ(outcome.gpus[0].facts.problem->id, "driver_crashed");
  EXPECT_THAT(statuses(outcome.gpus[0]),
              ElementsAre("ok.a blocked driver_crashed", "ok.b blocked driver_crashed"));
  EXPECT_THAT(notes(), ElementsAre("gpu 0: ok.a ok.b", "gpu 0 serial: ok.a ok.b"));
}

TEST_F(Supervise, AGpuThatCannotBeOpenedBlocksItsItemsAndKernels) {
  plan_.kernels = {{"ok.kernel", "op", "path", {}}};
  const auto outcome = run({"ok.a"}, {"features=unusable"});
  EXPECT_EQ(outcome.gpus[0].facts.problem->id, "exclusive_process");
  EXPECT_THAT(statuses(outcome.gpus[0]), ElementsAre("ok.a blocked exclusive_process"));
  EXPECT_EQ(outcome.gpus[0].kernels[0].status, Status::blocked);
}

TEST_F(Supervise, NvmlDelaysAndSpoilsNothing) {
  for (const char* how : {"nvml=hang", "nvml=crash", "nvml=garbage"}) {
    const auto start = steady_clock::now();
    const auto outcome = run({"ok.a"}, {how});
    EXPECT_LT(steady_clock::now() - start, milliseconds(5000)) << how;
    EXPECT_THAT(statuses(outcome.gpus[0]), ElementsAre("ok.a supported"));
    const Fact* fact = find_fact(outcome.gpus[0].facts.facts, "nvml");
    ASSERT_NE(fact, nullptr) << how;
    EXPECT_FALSE(fact->absent.empty());
  }
}

TEST_F(Supervise, AnInterruptStopsWithinASecondAndKeepsWhatIsFinished) {
  plan_.timeout = milliseconds(60000);
  steady_clock::time_point sent;
  const pthread_t self = pthread_self();
  progress_.started = [&](int, const std::string& item) {
    if (item != "hang.b") return;
    sent = steady_clock::now();
    pthread_kill(self, SIGINT);
  };
  const auto outcome = run({"ok.a", "hang.b", "ok.c"});
  EXPECT_LT(steady_clock::now() - sent, milliseconds(1000));
  EXPECT_TRUE(outcome.interrupted);
  EXPECT_THAT(statuses(outcome.gpus[0]), ElementsAre("ok.a supported", "hang.b not_run interrupted",
                                                     "ok.c not_run interrupted"));
  EXPECT_THAT(outcome.stuck, IsEmpty());
}

TEST_F(Supervise, AnInterruptWhileTheDriverHangs) {
  std::thread interrupter([self = pthread_self()] {
    std::this_thread::sleep_for(milliseconds(200));
    pthread_kill(self, SIGTERM);
  });
  const auto start = steady_clock::now();
  const auto outcome = run({"ok.a"}, {"enumerate=hang"});
  interrupter.join();
  EXPECT_LT(steady_clock::now() - start, milliseconds(1200));
  EXPECT_TRUE(outcome.interrupted);
}

TEST_F(Supervise, AProgramThatDoesNotExistIsNoCrashOfOurs) {
  const auto outcome = supervise(plan_, progress_, interrupts_, {"/does/not/exist", {}});
  EXPECT_EQ(outcome.driver.problem->id, "driver_crashed");
  EXPECT_THAT(outcome.driver.problem->sentence, HasSubstr("status 127"));
}

TEST_F(Supervise, LeavesNoDescriptorsBehind) {
  const auto count = [] {
    return std::distance(std::filesystem::directory_iterator("/proc/self/fd"), {});
  };
  run({"ok.a", "abort.b", "ok.c"}, {"gpus=2"});
  const auto before = count();
  run({"ok.a", "abort.b", "ok.c"}, {"gpus=2"});
  EXPECT_EQ(count(), before);
}

std::vector<std::string> statuses_of(const std::vector<SurveyResult>& surveys) {
  std::vector<std::string> all;
  for (const SurveyResult& survey : surveys) {
    std::string text = survey.id;
    for (const int gpu : survey.gpus) text += " " + std::to_string(gpu);
    all.push_back(text + " " + std::string(to_string(survey.status)) +
                  (survey.reason ? " " + survey.reason->id : ""));
  }
  return all;
}

TEST_F(Supervise, ABrokenSurveyCostsOneSurvey) {
  plan_.surveys = {"ok.a", "abort.b", "ok.c", "hang.d", "poison.e", "mute.f", "ok.g"};
  const ProbeOutcome outcome = run({"ok"});
  EXPECT_THAT(statuses_of(outcome.gpus.at(0).surveys),
              ElementsAre("ok.a 0 measured", "abort.b 0 crashed worker_crashed", "ok.c 0 measured",
                          "hang.d 0 timed_out time_out", "poison.e 0 crashed gpu_fault",
                          "mute.f 0 crashed worker_exited", "ok.g 0 measured"));
}

std::vector<std::string> counted(const ProbedGpu& gpu) {
  std::vector<std::string> ids;
  for (const FeatureResult& feature : gpu.features) {
    if (!feature.evidence.empty()) ids.push_back(feature.id);
  }
  return ids;
}

TEST_F(Supervise, CountersAreTheLastItemOfAFreshWorkerAndOnlyOfWhatRuns) {
  plan_.kernels = {{"ok.kernel", "op", "path", {}}};
  plan_.surveys = {"ok.survey"};
  plan_.counters = {"ok.counters", {"ok.a", "wrong.b", "not.probed"}};
  const ProbeOutcome outcome = run({"ok.a", "wrong.b", "ok.uncounted"});
  EXPECT_THAT(statuses_of(outcome.gpus.at(0).surveys),
              ElementsAre("ok.survey 0 measured", "ok.counters 0 measured"));
  EXPECT_THAT(notes(), ElementsAre("gpu 0: ok.a wrong.b ok.uncounted", "gpu 0: kernel ok.kernel",
                                   "survey ok.survey 0", "survey ok.counters 0 ok.a not.probed"));
  EXPECT_THAT(counted(outcome.gpus.at(0)), ElementsAre("ok.a"));
  EXPECT_THAT(outcome.log, IsEmpty());
}

TEST_F(Supervise, CountersThatBreakCostNothingElse) {
  for (const char* item :
       {"abort.counters", "hang.counters", "exit.counters", "garbage.counters"}) {
    plan_.counters = {item, {"ok.a"}};
    const ProbeOutcome outcome = run({"ok.a", "ok.b"});
    EXPECT_THAT(statuses(outcome.gpus.at(0)), ElementsAre("ok.a supported", "ok.b supported"));
    ASSERT_EQ(outcome.gpus[0].surveys.size(), 1u);
    const Status status = outcome.gpus[0].surveys[0].status;
    EXPECT_TRUE(status == Status::crashed || status == Status::timed_out) << item;
    // What had been counted before stays.
    EXPECT_THAT(counted(outcome.gpus[0]), ElementsAre("ok.a")) << item;
    EXPECT_THAT(outcome.log, ElementsAre(HasSubstr(item)));
  }
}

TEST_F(Supervise, CountsOfWhatWasNotAskedForAreGarbage) {
  plan_.counters = {"ok.counters", {"ok.a"}};
  const ProbeOutcome outcome = run({"ok.a", "ok.b"}, {"counted=unasked"});
  EXPECT_THAT(statuses_of(outcome.gpus.at(0).surveys),
              ElementsAre("ok.counters 0 crashed worker_garbage"));
  EXPECT_THAT(statuses(outcome.gpus[0]), ElementsAre("ok.a supported", "ok.b supported"));
}

TEST_F(Supervise, WithNothingToCountNoWorkerIsAsked) {
  plan_.counters = {"ok.counters", {"wrong.a"}};
  const ProbeOutcome outcome = run({"wrong.a"});
  EXPECT_THAT(statuses_of(outcome.gpus.at(0).surveys),
              ElementsAre("ok.counters 0 not_run need_missing"));
  EXPECT_THAT(notes(), ElementsAre("gpu 0: wrong.a"));
}

TEST_F(Supervise, SurveysOfPairsAndOfTheHostComeAfterTheGpus) {
  plan_.surveys = {"ok.gpu"};
  plan_.pair_surveys = {"ok.pair", "abort.pair", "garbage.pair", "ok.again"};
  plan_.host_surveys = {"ok.host"};
  const ProbeOutcome outcome = run({"ok"}, {"gpus=2"});
  EXPECT_THAT(statuses_of(outcome.surveys),
              ElementsAre("ok.pair 0 1 measured", "abort.pair 0 1 crashed worker_crashed",
                          "garbage.pair 0 1 crashed worker_crashed", "ok.again 0 1 measured",
                          "ok.host measured"));
  EXPECT_THAT(outcome.log.size(), 2u);
}

TEST_F(Supervise, OneGpuIsNoPair) {
  plan_.pair_surveys = {"ok.pair"};
  plan_.host_surveys = {"exit.host"};
  const ProbeOutcome outcome = run({"ok"});
  EXPECT_THAT(statuses_of(outcome.surveys), ElementsAre("exit.host crashed worker_crashed"));
}

}  // namespace
}  // namespace bp
