// A requirement judged on what a report says: met, not met, not known, and why.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "report/evaluate/evaluate.h"
#include "report/gate/requirement.h"
#include "report/model/report.h"

namespace bp::gate {

enum class Truth : std::uint8_t {
  met,
  not_met,
  not_known,
  no_such_gpu,  // says nothing: its selector chooses no GPU. "and", "or" and "not" pass it over
};

struct Finding {
  Truth truth = Truth::not_known;
  std::string reason{};  // one line
  /// Of the statements that decided: the weakest; nullopt: none carries any.
  std::optional<EvidenceKind> evidence{};
  bool operator==(const Finding&) const = default;
};

/// A GPU in hand, or a target that is not: then everything is expected and nothing was executed.
/// Refers to the report.
struct Judged {
  std::string label;           // "GPU 0 (9.0)", "sm_121"
  ComputeCapability cc;        // 0.0: not known
  std::optional<int> index{};  // of a GPU in hand
  std::span<const FeatureResult> features{};
  std::span<const KernelResult> kernels{};
  std::span<const BackendResult> backends{};
  std::map<std::string, Limit, std::less<>> limits{};
  std::string problem{};  // why it could not be opened
  bool capability_known() const { return cc != ComputeCapability{}; }
};

/// What requirements are judged on. Refers to the report.
struct Scene {
  std::vector<Judged> gpus{};
  std::string driver{};  // "580.159.04"; empty: not known
  std::string cuda{};
  std::string ptx{};
  std::string no_gpu{};  // why there is none
};
/// The GPUs in hand of a report.
Scene scene_of(const Report& report);
/// The targets of a report, none of them in hand.
Scene scene_of_targets(const Report& report);

/// The reason names the GPU where there are several.
Finding judge(const Requirement& requirement, const Scene& scene);
/// One statement on one GPU (nullptr: none is needed), as statements.cpp knows it.
Finding judge_statement(const Statement& statement, const Scene& scene, const Judged* gpu);

/// Of findings that must all hold, and of those of which one must.
Finding all_of(std::span<const Finding> findings);
Finding any_of(std::span<const Finding> findings);

/// A limit that can be named: "smem_optin".
std::vector<std::string> limit_names();

/// The survey that measures limit:cluster_max: the driver has no attribute for it.
inline constexpr std::string_view cluster_survey = "sweep.cluster_launch";

/// Made by the fake driver of the tests or by a simulator: nothing of it was seen on a GPU.
bool is_pretended(const Report& report);

}  // namespace bp::gate
