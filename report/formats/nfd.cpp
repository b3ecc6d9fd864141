#include "report/formats/nfd.h"

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <span>

#include "report/formats/clean.h"

namespace bp {
namespace {

/// What schedulers choose nodes by. A GPU has it if one of the features was right on it, by the
/// native unit.
struct NodeCapability {
  std::string_view label;
  std::array<std::string_view, 4> features;  // empty: no more
};
constexpr std::array<NodeCapability, 8> capabilities{{
    {"mma-sync", {"mma_sync.f16"}},
    {"wgmma", {"wgmma.bf16"}},
    {"tcgen05", {"tcgen05.mma.f16"}},
    {"fp8", {"wgmma.e4m3", "tcgen05.mma.f8f6f4", "mma_sync.f8f6f4.e4m3", "mma_sync.e4m3"}},
    {"fp4-block-scaled", {"tcgen05.mma.mxf4nvf4", "mma_sync.mxf4nvf4"}},
    {"tma", {"tma.load"}},
    {"tma-multicast", {"tma.multicast"}},
    {"clusters", {"cluster.launch"}},
}};

enum class LabelAnswer : unsigned char { no, yes, unknown };

LabelAnswer label_answer(Status status) {
  switch (status) {
    case Status::supported:
      return LabelAnswer::yes;
    case Status::emulated:
    case Status::unsupported:
    case Status::wrong_result:
      return LabelAnswer::no;
    default:
      return LabelAnswer::unknown;
  }
}

/// One yes is a yes, and a no takes them all.
LabelAnswer label_answer(const GpuReport& gpu, const NodeCapability& capability) {
  LabelAnswer answer = LabelAnswer::no;
  for (const std::string_view id : capability.features) {
    if (id.empty()) break;
    const auto found = std::ranges::find(gpu.features, id, &FeatureResult::id);
    const LabelAnswer one =
        found == gpu.features.end() ? LabelAnswer::unknown : label_answer(found->status);
    if (one == LabelAnswer::yes) return one;
    if (one == LabelAnswer::unknown) answer = one;
  }
  return answer;
}

/// A pod may get any of the node's GPUs: "true" and "false" hold for each. Empty: not known.
std::string_view value_for_all(std::span<const LabelAnswer> answers) {
  const auto some = [&](LabelAnswer answer) { return std::ranges::count(answers, answer) > 0; };
  if (some(LabelAnswer::yes) && some(LabelAnswer::no)) return "some";
  if (answers.empty() || some(LabelAnswer::unknown)) return "";
  return some(LabelAnswer::yes) ? "true" : "false";
}

bool is_alphanumeric(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/// Kubernetes, "Labels and Selectors", syntax and character set: at most 63 characters, letters and
/// digits at both ends. The same holds for the name of a label.
std::string label_text(std::string_view text) {
  std::string out;
  for (const char c : text) {
    const bool allowed = is_alphanumeric(c) || c == '-' || c == '_' || c == '.';
    if (out.empty() && !is_alphanumeric(c)) continue;
    out += allowed ? c : '-';
    if (out.size() == 63) break;
  }
  while (!out.empty() && !is_alphanumeric(out.back())) out.pop_back();
  return out;
}

class FeatureFile {
 public:
  /// Nothing where there is no value: an empty one would be a label of its own.
  void add(std::string_view name, std::string_view value) {
    // node-feature-discovery puts feature.node.kubernetes.io/ before it.
    const std::string key = label_text("blackwell-probe." + std::string(name));
    const std::string text = label_text(value);
    if (!text.empty()) labels_.emplace(key, text);
  }
  std::string write(const std::string& head) const {
    std::string out = head;
    for (const auto& [key, value] : labels_) out.append(key).append("=").append(value).append("\n");
    return out;
  }

 private:
  std::map<std::string, std::string> labels_;
};

void add_gpus(FeatureFile& file, const Report& report) {
  // Where the report has none, nobody could ask how many the node has.
  if (!report.gpus.empty()) file.add("gpus", std::to_string(report.gpus.size()));
  for (const GpuReport& gpu : report.gpus) {
    if (gpu.facts.cc != ComputeCapability{})
      file.add("compute-capability-" + to_string(gpu.facts.cc), "true");
  }
  for (const NodeCapability& capability : capabilities) {
    std::vector<LabelAnswer> answers;
    for (const GpuReport& gpu : report.gpus) answers.push_back(label_answer(gpu, capability));
    file.add(capability.label, value_for_all(answers));
  }
}

/// By path rather than by kernel: the paths are few and stay.
void add_paths(FeatureFile& file, const Report& report) {
  std::map<std::string_view, std::vector<LabelAnswer>> paths;
  for (const GpuReport& gpu : report.gpus) {
    std::map<std::string_view, LabelAnswer> of_gpu;
    for (const KernelResult& kernel : gpu.kernels) {
      LabelAnswer& answer = of_gpu.try_emplace(kernel.path, LabelAnswer::yes).first->second;
      const LabelAnswer one = label_answer(kernel.status);
      if (answer == LabelAnswer::yes || one == LabelAnswer::no) answer = one;
    }
    for (const auto& [path, answer] : of_gpu) paths[path].push_back(answer);
  }
  for (const auto& [path, answers] : paths)
    file.add("path-" + std::string(path), value_for_all(answers));
}

/// One wrong result is a yes; a no takes right ones, and that all came to their end.
LabelAnswer wrong_answer(const GpuReport& gpu) {
  std::set<Status> seen;
  for (const FeatureResult& feature : gpu.features) seen.insert(feature.status);
  for (const KernelResult& kernel : gpu.kernels) seen.insert(kernel.status);
  if (seen.contains(Status::wrong_result)) return LabelAnswer::yes;
  if (seen.contains(Status::crashed) || seen.contains(Status::timed_out))
    return LabelAnswer::unknown;
  const bool right = seen.contains(Status::supported) || seen.contains(Status::emulated);
  return right ? LabelAnswer::no : LabelAnswer::unknown;
}

void add_wrong_result(FeatureFile& file, const Report& report) {
  std::vector<LabelAnswer> answers;
  for (const GpuReport& gpu : report.gpus) answers.push_back(wrong_answer(gpu));
  if (std::ranges::find(report.surveys, Status::wrong_result, &SurveyResult::status) !=
      report.surveys.end())
    answers.push_back(LabelAnswer::yes);
  const bool any = std::ranges::find(answers, LabelAnswer::yes) != answers.end();
  file.add("wrong-result", any ? "true" : value_for_all(answers));
}

}  // namespace

std::string serialise_nfd(const Report& report, const Style&) {
  FeatureFile file;
  file.add("version", report.tool.version);
  file.add("complete", report.complete ? "true" : "false");
  file.add("driver", report.driver.version);
  file.add("cuda", report.driver.cuda_version);
  if (report.driver.ptx) file.add("ptx", to_string(*report.driver.ptx));
  if (report.driver.fake) file.add("fake-driver", *report.driver.fake);
  add_gpus(file, report);
  add_paths(file, report);
  add_wrong_result(file, report);
  return file.write("# Made by blackwell-probe, " + one_line(report.created) + ".\n");
}

}  // namespace bp
