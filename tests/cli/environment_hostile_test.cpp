// Broken, endless and hanging files and programs cost their own lines: the rest is there, in time.
#include <gmock/gmock.h>
#include <sys/stat.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <mutex>
#include <thread>

#include "cli/environment/files.h"
#include "cli/environment/side_by_side.h"
#include "tests/cli/machine_tree.h"

namespace bp {
namespace {

using std::chrono::milliseconds;
using test::MachineTree;
using ::testing::Each;
using ::testing::HasSubstr;
using Clock = std::chrono::steady_clock;

TEST(EnvironmentHostile, PackagesWithBrokenMetadata) {
  MachineTree machine;
  machine.set("VIRTUAL_ENV", "/venv");
  const std::string site = "venv/lib/python3.12/site-packages";
  machine.package(site, "torch", "2.9.0");
  machine.file(site + "/vllm-1.0.dist-info/METADATA", "Name: vllm\n");
  machine.file(site + "/triton-1.0.dist-info/METADATA",
               "Version: <script>\x1b[2J " + std::string(100, 'x') + "\n");
  machine.file(site + "/xformers-1.0.dist-info/METADATA/folder", "");
  machine.file(site + "/sglang-1.0.dist-info/RECORD", "");
  machine.file(site + "/\xff\xfe-1.0.dist-info/METADATA", "Version: 1\n");
  machine.file(site + "/nvidia_<b>-1.0.dist-info/METADATA", "Version: 1\n");
  machine.file(site + "/jax-1.0.dist-info/METADATA", "");
  std::filesystem::resize_file(machine.path(site + "/jax-1.0.dist-info/METADATA"),
                               std::uintmax_t{1} << 40U);
  mkdir(machine.path(site + "/tilelang-1.0.dist-info").c_str(), 0700);
  mkfifo(machine.path(site + "/tilelang-1.0.dist-info/METADATA").c_str(), 0600);
  machine.read();
  EXPECT_EQ(machine["package_torch"], "2.9.0");
  EXPECT_EQ(machine.absent("package_vllm"), "METADATA: it holds no version");
  EXPECT_EQ(machine.absent("package_triton"), "METADATA: it holds no version");
  EXPECT_EQ(machine.absent("package_jax"), "METADATA: it holds no version");
  EXPECT_EQ(machine.absent("package_xformers"), "METADATA: it is not a regular file");
  EXPECT_EQ(machine.absent("package_tilelang"), "METADATA: it is not a regular file");
  EXPECT_EQ(machine.absent("package_sglang"), "METADATA: No such file or directory");
  for (const Fact& fact : machine.facts())
    EXPECT_THAT(fact.key, Each(testing::AnyOf(testing::Eq('_'), testing::Truly([](char c) {
                                                return c >= '0' && c <= 'z' && c != '<';
                                              }))));
}

TEST(EnvironmentHostile, WhatIsReadInPartIsSaid) {
  MachineTree machine;
  machine.set("VIRTUAL_ENV", "/venv");
  for (int i = 0; i < 130; ++i)
    machine.package("venv/lib/python3.12/site-packages", "nvidia_" + std::to_string(i), "1");
  machine.file("dev/kmsg", "6,0,0,-;Linux version 6.8\n");
  std::filesystem::resize_file(machine.path("dev/kmsg"), std::uintmax_t{1} << 40U);
  machine.read();
  EXPECT_EQ(machine.absent("package_others"), "only the first 128 were read");
  EXPECT_THAT(machine["xid_log_lacks"], HasSubstr("its end: only the first "));
}

TEST(EnvironmentHostile, LoopsOfLinksEnd) {
  MachineTree machine;
  machine.set("PATH", "/loop:/bin");
  machine.set("VIRTUAL_ENV", "/venv");
  machine.set("CUDA_HOME", "/loop");
  machine.link("loop", "loop");
  machine.link("venv/lib/python3.12/site-packages", ".");
  machine.link("bin/python3", "python3");
  machine.link("etc/os-release", "os-release");
  machine.read();
  EXPECT_EQ(machine.absent("toolkit_cuda_home"), "there is no such folder");
  EXPECT_EQ(machine.absent("python"), "there is no python3 on PATH");
  EXPECT_THAT(machine.absent("distribution"), HasSubstr("symbolic links"));
}

TEST(EnvironmentHostile, ToolkitFilesThatAreNotWhatTheySay) {
  MachineTree machine;
  machine.file("usr/local/cuda-12.9/version.json", R"({"cuda": [)" + std::string(200'000, '['));
  machine.file("usr/local/cuda-13.0/version.json", R"({"cuda": {"version": 13}})");
  machine.file("usr/local/cuda-13.1/bin/ptxas", "not executable");
  machine.program("usr/local/cuda-13.2/bin/ptxas", "kill -SEGV $$");
  machine.program("usr/local/cuda-13.3/bin/ptxas", "echo no version; exit 7");
  machine.program("usr/local/cuda-13.4/bin/ptxas", "exec head -c 3000000 /dev/zero");
  machine.read();
  EXPECT_EQ(machine.absent("toolkit_usr_local_cuda_12_9"), "version.json does not say");
  EXPECT_EQ(machine.absent("toolkit_usr_local_cuda_13_0"), "version.json does not say");
  EXPECT_EQ(machine["ptxas_usr_local_cuda_13_1"], "-");
  EXPECT_EQ(machine.absent("ptxas_usr_local_cuda_13_2"), "it was killed by signal 11");
  EXPECT_EQ(machine.absent("ptxas_usr_local_cuda_13_3"), "its --version holds none; exit status 7");
  EXPECT_EQ(machine.absent("ptxas_usr_local_cuda_13_4"), "its --version holds none; exit status 0");
}

/// Until the process of that id is gone, or a while.
bool ends(int pid) {
  for (int i = 0; i < 200; ++i) {
    if (kill(pid, 0) != 0) return true;
    std::ifstream stat("/proc/" + std::to_string(pid) + "/stat");
    std::string text{std::istreambuf_iterator<char>(stat), {}};
    if (text.find(") Z ") != std::string::npos) return true;  // nobody has waited for it yet
    std::this_thread::sleep_for(milliseconds(10));
  }
  return false;
}

TEST(EnvironmentHostile, AnAssemblerThatHangsIsKilledWithItsChildren) {
  MachineTree machine;
  machine.assembler("usr/local/cuda-13.0/bin/ptxas", "13.0.88");
  const std::string note = machine.path("child").string();
  machine.program("usr/local/cuda-13.1/bin/ptxas",
                  "sleep 1000 &\necho $! > " + note + "\nsleep 1000");
  const auto start = Clock::now();
  machine.read();
  EXPECT_LT(Clock::now() - start, milliseconds(8000));
  EXPECT_EQ(machine["ptxas_usr_local_cuda_13_0"], "13.0.88");
  EXPECT_THAT(machine.absent("ptxas_usr_local_cuda_13_1"), HasSubstr("timed out"));
  int child = 0;
  std::ifstream(note) >> child;
  ASSERT_GT(child, 1);
  EXPECT_TRUE(ends(child));
}

TEST(EnvironmentHostile, AJobThatHangsCostsOnlyItself) {
  // What the jobs use must outlive them.
  const auto forever = std::make_shared<std::timed_mutex>();
  forever->lock();
  SideBySide<int> jobs({[] { return 1; },
                        [forever] {
                          forever->lock();
                          return 2;
                        },
                        []() -> int { throw std::bad_alloc(); }, [] { return 4; }});
  const auto start = Clock::now();
  const auto results = jobs.results(start + milliseconds(1000));
  EXPECT_LT(Clock::now() - start, milliseconds(5000));
  EXPECT_EQ(results, (std::vector<std::optional<int>>{1, std::nullopt, std::nullopt, 4}));
  forever->unlock();
}

TEST(EnvironmentHostile, SignalsGoToTheThreadThatWaitsForThem) {
  sigset_t blocked;
  SideBySide<bool> jobs({[] {
    sigset_t now;
    pthread_sigmask(SIG_BLOCK, nullptr, &now);
    return sigismember(&now, SIGINT) == 1 && sigismember(&now, SIGALRM) == 1;
  }});
  EXPECT_EQ(jobs.results(Clock::now() + std::chrono::seconds(10)),
            std::vector<std::optional<bool>>{true});
  pthread_sigmask(SIG_BLOCK, nullptr, &blocked);
  EXPECT_EQ(sigismember(&blocked, SIGINT), 0);
}

TEST(EnvironmentHostile, FilesAreReadSoFarAndNoFurther) {
  MachineTree machine;
  machine.file("file", std::string(10'000, 'x'));
  EXPECT_EQ(read_text(machine.path("file"), 5000).text.size(), 5000u);
  EXPECT_EQ(read_text("/dev/zero", 10).error, "it is not a regular file");
  EXPECT_EQ(line_value("a: 1\nVersion :  2 \r\nVersion: 3", "Version", ':'), "2");
  EXPECT_EQ(line_value("NAME=\"a b\"", "NAME", '='), "a b");
  EXPECT_EQ(line_value("", "NAME", '='), "");
  EXPECT_EQ(first_line(std::string_view("a\0b", 3)), "a");
}

}  // namespace
}  // namespace bp
