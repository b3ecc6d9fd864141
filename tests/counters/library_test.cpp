// Where CUPTI is looked for, in a made-up file system.
#include "probes/counters/library.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>

#include "tests/support/paths.h"

namespace bp {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class CuptiSearch : public testing::Test {
 protected:
  void SetUp() override {
    std::string name = testing::TempDir() + "cupti.XXXXXX";
    ASSERT_NE(mkdtemp(name.data()), nullptr);
    root_ = name;
    here_.root = root_;
  }
  void TearDown() override { fs::remove_all(root_); }

  fs::path file(const std::string& path, const std::string& text = "no library") {
    const fs::path full = root_ / path;
    fs::create_directories(full.parent_path());
    std::ofstream(full) << text;
    return full;
  }
  std::vector<std::string> relative(const std::vector<fs::path>& files) const {
    std::vector<std::string> all;
    for (const fs::path& found : files) all.push_back(found.lexically_relative(root_).string());
    return all;
  }

  fs::path root_;
  Surroundings here_;
};

TEST_F(CuptiSearch, TheNamedToolkitComesFirstThenTheLinkedOneThenTheNewest) {
  file("home/toolkit/extras/CUPTI/lib64/libcupti.so.12");
  file("usr/local/cuda-12.8/extras/CUPTI/lib64/libcupti.so.12");
  file("usr/local/cuda-13.1/targets/x86_64-linux/lib/libcupti.so.13");
  file("usr/local/cuda-9.0/extras/CUPTI/lib64/libcupti.so");
  fs::create_directory_symlink(root_ / "usr/local/cuda-12.8", root_ / "usr/local/cuda");
  here_.cuda_home = (root_ / "home/toolkit").string();
  EXPECT_THAT(relative(toolkit_cuptis(here_, 13)),
              ElementsAre("home/toolkit/extras/CUPTI/lib64/libcupti.so.12",
                          "usr/local/cuda/extras/CUPTI/lib64/libcupti.so.12",
                          "usr/local/cuda-13.1/targets/x86_64-linux/lib/libcupti.so.13",
                          "usr/local/cuda-9.0/extras/CUPTI/lib64/libcupti.so"));
}

TEST_F(CuptiSearch, ALibraryThatNeedsANewerDriverIsLeftOut) {
  file("usr/local/cuda/lib/libcupti.so.13");
  file("usr/local/cuda/lib/libcupti.so");
  file("usr/local/cuda-12.9/lib64/libcupti.so.12");
  file("usr/local/cuda-12.9/lib64/libcupti.so.11");
  file("usr/local/cuda-12.9/lib64/libcupti.so.2025.2.1");
  EXPECT_THAT(relative(toolkit_cuptis(here_, 12)),
              ElementsAre("usr/local/cuda-12.9/lib64/libcupti.so.12"));
}

TEST_F(CuptiSearch, OneFileUnderSeveralNamesIsOne) {
  file("usr/local/cuda-13.0/lib/libcupti.so.13");
  fs::create_directory_symlink(root_ / "usr/local/cuda-13.0", root_ / "usr/local/cuda");
  fs::create_directory_symlink("lib", root_ / "usr/local/cuda-13.0/lib64");
  EXPECT_EQ(toolkit_cuptis(here_, 13).size(), 1u);
}

TEST_F(CuptiSearch, WheelsOfTheActivePythonAreFound) {
  file("venv/lib/python3.12/site-packages/nvidia/cuda_cupti/lib/libcupti.so.12");
  file("opt/python/bin/python3");
  file("opt/python/lib/python3.13/site-packages/nvidia/cu13/lib/libcupti.so.13");
  file("user/.local/lib/python3.11/site-packages/nvidia/cu13/lib/libcupti.so.13");
  file("usr/lib/python3/dist-packages/nvidia/cu13/lib/libcupti.so.13");
  here_.virtual_env = (root_ / "venv").string();
  here_.path = (root_ / "empty").string() + ":" + (root_ / "opt/python/bin").string();
  here_.home = (root_ / "user").string();
  EXPECT_THAT(relative(wheel_cuptis(here_, 13)),
              ElementsAre("venv/lib/python3.12/site-packages/nvidia/cuda_cupti/lib/libcupti.so.12",
                          "opt/python/lib/python3.13/site-packages/nvidia/cu13/lib/libcupti.so.13",
                          "user/.local/lib/python3.11/site-packages/nvidia/cu13/lib/libcupti.so.13",
                          "usr/lib/python3/dist-packages/nvidia/cu13/lib/libcupti.so.13"));
}

TEST_F(CuptiSearch, RelativePathsAreNotSearched) {
  file("lib/python3.12/site-packages/nvidia/cu13/lib/libcupti.so.13");
  file("bin/python3");
  file("extras/CUPTI/lib64/libcupti.so.13");
  const fs::path before = fs::current_path();
  fs::current_path(root_);
  here_.root = root_ / "elsewhere";
  here_.path = "bin::.";
  here_.virtual_env = ".";
  here_.conda_prefix = ".";
  here_.home = ".";
  here_.cuda_home = ".";
  EXPECT_THAT(wheel_cuptis(here_, 13), IsEmpty());
  EXPECT_THAT(toolkit_cuptis(here_, 13), IsEmpty());
  fs::current_path(before);
}

TEST_F(CuptiSearch, TheLoaderIsAskedForMajorVersionsThatTheDriverTakes) {
  EXPECT_THAT(loader_names(13), ElementsAre("libcupti.so.13", "libcupti.so.12"));
  EXPECT_THAT(loader_names(12), ElementsAre("libcupti.so.12"));
  EXPECT_THAT(loader_names(11), IsEmpty());
}

TEST_F(CuptiSearch, AFileThatIsNoLibraryIsNamed) {
  file("usr/local/cuda/lib64/libcupti.so.12");
  const auto loaded = load_cupti(here_, 12, false);
  if (std::holds_alternative<Cupti>(loaded)) GTEST_SKIP() << "the loader knows a CUPTI of its own";
  const auto& reason = std::get<Reason>(loaded);
  EXPECT_EQ(reason.id, "no_cupti");
  EXPECT_THAT(reason.sentence, HasSubstr("usr/local/cuda/lib64/libcupti.so.12"));
  EXPECT_FALSE(reason.remedy.empty());
}

TEST_F(CuptiSearch, ALibraryWithoutTheRangeProfilerIsTooOld) {
  // Any library will do that is none of CUPTI's.
  fs::create_directories(root_ / "usr/local/cuda/lib64");
  for (const char* library : {"/lib/x86_64-linux-gnu/libm.so.6", "/lib/aarch64-linux-gnu/libm.so.6",
                              "/usr/lib64/libm.so.6", "/lib64/libm.so.6"}) {
    if (!fs::exists(library)) continue;
    fs::create_symlink(library, root_ / "usr/local/cuda/lib64/libcupti.so.12");
    const auto loaded = load_cupti(here_, 12, false);
    if (std::holds_alternative<Cupti>(loaded))
      GTEST_SKIP() << "the loader knows a CUPTI of its own";
    EXPECT_EQ(std::get<Reason>(loaded).id, "cupti_too_old");
    EXPECT_THAT(std::get<Reason>(loaded).sentence, HasSubstr("has no cupti"));
    return;
  }
  GTEST_SKIP() << "libm.so.6 is nowhere";
}

TEST_F(CuptiSearch, TheTestsOwnLibraryCountsNoRealGpu) {
  BP_NEEDS("BP_FAKE_CUPTI");
  fs::create_directories(root_ / "usr/local/cuda/lib64");
  fs::create_symlink(test::path("BP_FAKE_CUPTI") + "/libcupti.so.12",
                     root_ / "usr/local/cuda/lib64/libcupti.so.12");
  const auto loaded = load_cupti(here_, 12, false);
  if (const auto* cupti = std::get_if<Cupti>(&loaded)) {
    EXPECT_THAT(cupti->name, testing::Not(HasSubstr("fake")));
  } else {
    EXPECT_EQ(std::get<Reason>(loaded).id, "no_cupti");
  }
}

TEST_F(CuptiSearch, AFakeDriverIsNotCountedByARealLibrary) {
  const auto loaded = load_cupti(Surroundings::of_this_process(), 13, true);
  if (const auto* cupti = std::get_if<Cupti>(&loaded)) {
    EXPECT_THAT(cupti->name, HasSubstr("fake"));  // another test of this process has opened it
  } else {
    EXPECT_EQ(std::get<Reason>(loaded).id, "no_cupti");
    EXPECT_THAT(std::get<Reason>(loaded).sentence, HasSubstr("fake"));
  }
}

TEST(CuptiVersion, IsTheToolkitsFromThirteenOn) {
  EXPECT_EQ(cupti_version_text(130001), "13.0 (API 130001)");
  EXPECT_EQ(cupti_version_text(140200), "14.2 (API 140200)");
  EXPECT_EQ(cupti_version_text(26), "API 26");
}

}  // namespace
}  // namespace bp
