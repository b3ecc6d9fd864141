// A requirement from a stranger: parsed, judged with whatever ids it names, and its error
// explained.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "report/gate/formats.h"
#include "report/gate/requirement.h"

namespace {

/// GPUs of which something is known, so that a judgement has something to find.
bp::Report some_gpus() {
  bp::Report report;
  report.driver.version = "580.159.04";
  report.gpus.resize(2);
  report.gpus[0].facts.cc = {9, 0};
  report.gpus[1].facts.cc = {12, 1};
  report.gpus[1].facts.index = 1;
  report.gpus[0].features = {{"a", bp::Status::supported, std::nullopt, {}}};
  report.gpus[1].backends.resize(1);
  report.gpus[1].backends[0].id = "b";
  return report;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace bp;
  static const Report report = some_gpus();
  gate::Demand demand{.text = {reinterpret_cast<const char*>(data), size}};
  try {
    demand.requirement = gate::parse_requirement(demand.text);
  } catch (const gate::RequirementError& error) {
    // Of any length, it is a sentence and a caret within reach.
    if (explained(demand.text, error).size() > 4096) std::abort();
    return 0;
  }
  const auto results = gate::judge_all(std::span(&demand, 1), gate::scene_of(report));
  gate::to_text(results, true);
  gate::to_json(results, {});
  gate::to_junit(results, {});
  gate::to_github(results);
  return 0;
}
