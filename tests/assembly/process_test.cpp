#include "probes/assembly/process.h"

#include <gmock/gmock.h>
#include <sys/stat.h>

#include <fstream>
#include <thread>

namespace bp {
namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

TEST(Process, GivesBackWhatItSaid) {
  const auto result = run_process({"/bin/sh", "-c", "echo out; echo err >&2; exit 7"}, 10s);
  EXPECT_EQ(result.status, 7);
  EXPECT_EQ(result.output, "out\nerr\n");
  EXPECT_FALSE(result.timed_out);
}

TEST(Process, PassesArgumentsAsTheyAre) {
  EXPECT_EQ(run_process({"/bin/echo", "a b", "$HOME", ";ls"}, 10s).output, "a b $HOME ;ls\n");
}

TEST(Process, HasNoInput) { EXPECT_EQ(run_process({"/bin/cat"}, 10s).output, ""); }

TEST(Process, StopsWhatTakesTooLong) {
  const auto begin = Clock::now();
  const auto result = run_process({"/bin/sleep", "100"}, 200ms);
  EXPECT_TRUE(result.timed_out);
  EXPECT_EQ(result.signal, SIGKILL);
  EXPECT_LT(Clock::now() - begin, 20s);
}

TEST(Process, StopsWhatNeverStopsTalking) {
  const auto result = run_process(
      {"/bin/sh", "-c", "while :; do echo yyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy; done"}, 300ms,
      1000);
  EXPECT_TRUE(result.timed_out);
  EXPECT_EQ(result.output.size(), 1000u);
}

TEST(Process, StopsWhatClosesItsOutputAndGoesOn) {
  const auto begin = Clock::now();
  EXPECT_TRUE(run_process({"/bin/sh", "-c", "exec >&- 2>&-; exec sleep 100"}, 200ms).timed_out);
  EXPECT_LT(Clock::now() - begin, 20s);
}

TEST(Process, AnotherThreadEndsWhatRunsAndWhatIsStartedLater) {
  RunningGroups groups;
  const auto begin = Clock::now();
  std::thread other([&] {
    std::this_thread::sleep_for(100ms);
    groups.end_all();
  });
  // Its child holds the pipe open: it must end too.
  EXPECT_EQ(run_process({"/bin/sh", "-c", "sleep 100 & wait"}, 60s, 1000, &groups).signal, SIGKILL);
  other.join();
  EXPECT_EQ(run_process({"/bin/sleep", "100"}, 60s, 1000, &groups).signal, SIGKILL);
  EXPECT_LT(Clock::now() - begin, 20s);
}

TEST(Process, NamesTheSignal) {
  EXPECT_EQ(run_process({"/bin/sh", "-c", "kill -SEGV $$"}, 10s).signal, SIGSEGV);
}

TEST(Process, SaysThatThereIsNoSuchProgram) {
  try {
    run_process({"/nonsense/ptxas"}, 10s);
    FAIL() << "it ran";
  } catch (const ProcessError& error) {
    EXPECT_THAT(error.what(), testing::StartsWith("/nonsense/ptxas cannot be started: "));
  }
}

TEST(PrivateFolder, IsOursAloneAndGoesAway) {
  std::filesystem::path path;
  {
    const PrivateFolder folder;
    path = folder.path();
    struct stat info {};
    ASSERT_EQ(::stat(path.c_str(), &info), 0);
    EXPECT_EQ(info.st_mode & 0777u, 0700u);
    std::ofstream(path / "file") << "x";
  }
  EXPECT_FALSE(std::filesystem::exists(path));
}

}  // namespace
}  // namespace bp
