// Deciding features on a GPU that is a table of functions.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

#include "probes/driver/link.h"
#include "probes/engine/schedule.h"
#include "tests/engine/scripted_assembler.h"
#include "tests/engine/table_driver.h"

namespace bp::test {

class Decide : public testing::Test {
 protected:
  Decide() {
    behaviour_.assembler = [this](std::string_view ptx, std::optional<Target> target) {
      return assemble_by_script(script_, ptx, target);
    };
  }

  void decide(const std::vector<std::string>& features, ScheduleOptions options = {}) {
    const auto driver = table_driver(behaviour_);
    const Gpu gpu(driver, 0);
    const DriverAssembler assembler(link_on(gpu), "driver 1.2", PtxVersion{9, 0});
    decide_features(gpu, probe_pack(), assembler, features, options,
                    {.started = [this](const std::string& id) { started_.push_back(id); },
                     .finished =
                         [&](const FeatureResult& result) {
                           results_[result.id] = result;
                           behaviour_.lost = gpu.lost();
                         }});
    lost_ = gpu.lost();
  }

  FeatureResult one(const std::string& feature, ScheduleOptions options = {}) {
    decide({feature}, options);
    return results_.at(feature);
  }

  static ScheduleOptions short_timeout() {
    ScheduleOptions options;
    options.execute.timeout = std::chrono::milliseconds(20);
    return options;
  }

  Script script_;
  Behaviour behaviour_;
  std::vector<std::string> started_;
  std::map<std::string, FeatureResult> results_;
  bool lost_ = false;
};

/// Kinds of what speaks for the feature.
inline std::vector<EvidenceKind> kinds(const FeatureResult& result) {
  std::vector<EvidenceKind> list;
  for (const auto& item : result.evidence) {
    if (!item.against) list.push_back(item.kind);
  }
  return list;
}

/// Evidence by the reader of opcodes; nullptr: none.
inline const Evidence* opcode_evidence(const FeatureResult& result) {
  const auto found = std::ranges::find(result.evidence, "blackwell-probe", &Evidence::by);
  return found == result.evidence.end() ? nullptr : &*found;
}

}  // namespace bp::test
