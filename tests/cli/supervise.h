// The supervisor with workers that follow a script (fake_worker.cpp).
#pragma once

#include <gtest/gtest.h>

#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "cli/supervisor/supervisor.h"
#include "tests/support/paths.h"

namespace bp {

class Supervise : public testing::Test {
 protected:
  void SetUp() override {
    BP_NEEDS("BP_FAKE_WORKER");
    std::signal(SIGPIPE, SIG_IGN);  // as main does: a worker may be gone when it is written to
    std::string name = testing::TempDir() + "supervise.XXXXXX";
    ASSERT_NE(mkdtemp(name.data()), nullptr);
    folder_ = name;
    plan_.timeout = std::chrono::milliseconds(300);
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  ProbeOutcome run(std::vector<std::string> features, std::vector<std::string> words = {}) {
    plan_.features = std::move(features);
    WorkerProgram program{test::path("BP_FAKE_WORKER"), {folder_}};
    program.arguments.insert(program.arguments.end(), words.begin(), words.end());
    return supervise(plan_, progress_, interrupts_, program);
  }

  std::vector<std::string> notes() const {
    std::ifstream file(folder_ + "/notes");
    std::vector<std::string> lines;
    for (std::string line; std::getline(file, line);) lines.push_back(line);
    return lines;
  }

  static std::vector<std::string> statuses(const ProbedGpu& gpu) {
    std::vector<std::string> all;
    for (const FeatureResult& feature : gpu.features) {
      all.push_back(feature.id + " " + std::string(to_string(feature.status)) +
                    (feature.reason ? " " + feature.reason->id : ""));
    }
    return all;
  }

  std::string folder_;
  ProbePlan plan_;
  ProbeProgress progress_;
  Interrupts interrupts_;
};

}  // namespace bp
