// The article "Is DGX Spark Actually Blackwell?" compares SM100 with SM12x (shared memory, warps,
// Tensor Memory, tensor-core instruction, WGMMA, clusters) and names three instruction paths. Each
// line of its two tables, and what other public documents say against it, is a question answered
// here from evidence alone.
#include <algorithm>
#include <array>
#include <functional>

#include "report/evaluate/evaluate.h"

namespace bp {
namespace {

/// Everything an answer may look at.
struct Known {
  std::span<const GpuReport> gpus;
  std::span<const MatrixRow> matrix;
};

/// Which compute capabilities a question is about.
using About = bool (*)(ComputeCapability);
constexpr bool datacenter(ComputeCapability cc) { return cc.major == 10; }
constexpr bool consumer(ComputeCapability cc) { return cc.major == 12; }
constexpr bool thor(ComputeCapability cc) { return cc.major == 11; }

struct Tally {
  bool yes = false;  // some GPU or target of the question has the feature
  bool no = false;   // some has not
  bool measured = false;
  std::vector<Evidence> evidence;
};

/// GPUs in hand count first; the matrix only where no GPU of the kind is in hand.
Tally tally(const Known& known, std::string_view feature, About about) {
  Tally result;
  for (const GpuReport& gpu : known.gpus) {
    if (!about(gpu.facts.cc)) continue;
    const auto found = std::ranges::find(gpu.features, feature, &FeatureResult::id);
    if (found == gpu.features.end()) continue;
    const bool yes = found->status == Status::supported || found->status == Status::emulated;
    const bool no = found->status == Status::unsupported;
    if (!yes && !no) continue;
    (yes ? result.yes : result.no) = true;
    result.measured = true;
    result.evidence.insert(result.evidence.end(), found->evidence.begin(), found->evidence.end());
  }
  if (result.measured) return result;
  for (const MatrixRow& row : known.matrix) {
    const auto target = parse_target(row.target);
    if (row.feature != feature || !target || !about(target->cc)) continue;
    const bool accepted = row.verdict == Status::assembles;
    if (accepted) result.yes = true;
    // One line for each kind of answer keeps the list short: the `a` target says the most.
    if (target->suffix != Suffix::architecture) continue;
    if (!accepted) result.no = true;
    result.evidence.push_back(
        {.kind = EvidenceKind::assembled,
         .against = !accepted,
         .by = row.toolkit,
         .target = row.target,
         .text = accepted ? (row.sass.empty() ? "accepted" : row.sass) : row.message,
         .value = std::nullopt,
         .unit = {}});
  }
  // An `a` target takes all that the plain one takes, so a refusal there stands for the number.
  if (result.yes) result.no = false;
  return result;
}

std::string how(const Tally& tally) {
  return tally.measured ? "seen on the GPU in hand" : "expected, as assembled";
}

/// A question of the form "does X have feature F", with what public text claims.
struct Question {
  std::string_view id;
  std::string_view claim;
  std::string_view feature;
  About about;
  bool claimed;          // the claim says yes
  std::string_view yes;  // finding if it has the feature
  std::string_view no;   // finding if it has not
};

constexpr auto questions = std::to_array<Question>({
    {"sm100_wgmma", "Datacenter Blackwell (sm_100) still takes Hopper's WGMMA", "wgmma.bf16",
     datacenter, true, "wgmma is accepted for sm_100",
     "No sm_100 target takes wgmma; its tensor cores are reached by tcgen05"},
    {"sm12x_wgmma", "SM12x has no WGMMA", "wgmma.bf16", consumer, false,
     "wgmma is accepted for SM12x", "SM12x takes no wgmma"},
    {"sm100_tmem", "SM100 has Tensor Memory, reached by tcgen05", "tcgen05.tmem", datacenter, true,
     "SM100 has Tensor Memory", "SM100 refuses tcgen05.alloc"},
    {"sm12x_tmem", "SM12x has no Tensor Memory and no tcgen05", "tcgen05.tmem", consumer, false,
     "SM12x has Tensor Memory", "SM12x refuses tcgen05.alloc"},
    {"sm12x_fp4", "The tensor-core instruction of SM12x is mma.sync, with block-scaled FP4 added",
     "mma_sync.mxf4nvf4", consumer, true, "SM12x takes mma.sync kind::mxf4nvf4",
     "SM12x refuses mma.sync kind::mxf4nvf4"},
    {"sm100_fp4_mma_sync", "Code with FP4 mma.sync written for SM12x also serves SM100",
     "mma_sync.mxf4nvf4", datacenter, true, "SM100 takes mma.sync kind::mxf4nvf4",
     "SM100 refuses mma.sync kind::mxf4nvf4; its FP4 is tcgen05.mma"},
    {"sm12x_clusters", "Each SM executes independently on SM12x: no thread block clusters",
     "cluster.launch", consumer, false,
     "Clusters exist on SM12x; what is missing there is two-SM MMA and native TMA multicast",
     "SM12x refuses cluster instructions"},
    {"sm110_exists", "Compute capability 11.x is vacant", "tcgen05.tmem", thor, false,
     "sm_110 (Jetson Thor) exists and takes tcgen05", "sm_110 exists and refuses tcgen05"},
});

DisputedFact answer(const Question& question, const Known& known) {
  DisputedFact fact;
  fact.id = question.id;
  fact.claim = question.claim;
  Tally found = tally(known, question.feature, question.about);
  fact.evidence = std::move(found.evidence);
  if (found.yes == found.no) {  // nothing known, or the GPUs in hand disagree
    fact.finding = "Not answered by this report.";
    return fact;
  }
  fact.finding = std::string(found.yes ? question.yes : question.no) + " (" + how(found) + ").";
  fact.outcome = found.yes == question.claimed ? DisputedFact::Outcome::confirmed
                                               : DisputedFact::Outcome::contradicted;
  // Any target of the number contradicts the claim that the number is vacant.
  if (question.id == "sm110_exists") fact.outcome = DisputedFact::Outcome::contradicted;
  return fact;
}

/// "No GPU shares a tensor-core path": which of the three paths each family takes.
DisputedFact three_paths(const Known& known) {
  DisputedFact fact;
  fact.id = "three_paths";
  fact.claim =
      "Three paths, none shared: Hopper WGMMA, datacenter Blackwell tcgen05, consumer Blackwell "
      "mma.sync with FP4";
  constexpr auto paths =
      std::to_array<std::string_view>({"wgmma.bf16", "tcgen05.mma.f16", "mma_sync.mxf4nvf4"});
  std::vector<std::pair<std::string, int>> taken;  // target and how many of the paths it takes
  for (const MatrixRow& row : known.matrix) {
    if (row.verdict != Status::assembles || std::ranges::find(paths, row.feature) == paths.end())
      continue;
    auto entry = std::ranges::find(taken, row.target, &std::pair<std::string, int>::first);
    if (entry == taken.end()) entry = taken.insert(taken.end(), {row.target, 0});
    ++entry->second;
    if (row.target.ends_with('a')) {
      fact.evidence.push_back({.kind = EvidenceKind::assembled,
                               .against = false,
                               .by = row.toolkit,
                               .target = row.target,
                               .text = row.feature + (row.sass.empty() ? "" : ": " + row.sass),
                               .value = std::nullopt,
                               .unit = {}});
    }
  }
  if (taken.empty()) {
    fact.finding = "Not answered by this report.";
    return fact;
  }
  const bool shared =
      std::ranges::any_of(taken, [](const auto& entry) { return entry.second > 1; });
  fact.finding = shared ? "Some target takes more than one of the three (expected, as assembled)."
                        : "Every target takes at most one of the three (expected, as assembled).";
  fact.outcome = shared ? DisputedFact::Outcome::contradicted : DisputedFact::Outcome::confirmed;
  return fact;
}

/// A limit that documents state in different ways.
struct LimitQuestion {
  std::string_view id;
  std::string_view claim;
  std::string_view limit;  // of limits_of
  std::string_view what;
  std::string (*format)(double);
};

constexpr auto limit_questions = std::to_array<LimitQuestion>({
    {"shared_memory",
     "SM100 has 228 KiB of shared memory an SM; for SM12x documents say 100 or 128 KiB", "smem_sm",
     "shared memory per SM",
     [](double bytes) { return std::to_string(static_cast<long long>(bytes / 1024)) + " KiB"; }},
    {"warps", "SM100 holds 64 warps an SM, SM12x 48", "warps_sm", "resident warps per SM",
     [](double warps) { return std::to_string(static_cast<long long>(warps)); }},
});

/// What the driver says of the GPUs in hand; for the two families of the article that are not in
/// hand, what the programming guide says, marked as such.
DisputedFact answer(const LimitQuestion& question, const Known& known) {
  DisputedFact fact;
  fact.id = question.id;
  fact.claim = question.claim;
  const auto add = [&](const std::string& whom, std::string target, const Limit& limit) {
    const bool declared = limit.kind == EvidenceKind::declared;
    const std::string by =
        declared ? "driver" : "CUDA Programming Guide 13.x, Compute Capabilities";
    if (!fact.finding.empty()) fact.finding += " ";
    fact.finding += whom + ": " + std::string(question.what) + " " + question.format(limit.value) +
                    " (" + (declared ? "driver attribute" : "inferred from the programming guide") +
                    ").";
    fact.evidence.push_back({.kind = limit.kind,
                             .against = false,
                             .by = by,
                             .target = std::move(target),
                             .text = std::string(question.what),
                             .value = limit.value,
                             .unit = question.limit == "smem_sm" ? "bytes" : ""});
  };
  for (const GpuReport& gpu : known.gpus) {
    const auto limits = limits_of(gpu.facts);
    const auto limit = limits.find(question.limit);
    if (limit != limits.end()) add(gpu.facts.name, "cc " + to_string(gpu.facts.cc), limit->second);
  }
  for (const auto cc :
       {ComputeCapability{10, 0}, ComputeCapability{12, 0}, ComputeCapability{12, 1}}) {
    const bool in_hand =
        std::ranges::any_of(known.gpus, [&](const GpuReport& gpu) { return gpu.facts.cc == cc; });
    if (in_hand) continue;
    const std::string target = to_string(Target{cc, Suffix::none});
    add(target, target, limits_of(cc).find(question.limit)->second);
  }
  return fact;
}

}  // namespace

std::vector<DisputedFact> disputed_facts(std::span<const GpuReport> gpus,
                                         std::span<const MatrixRow> matrix) {
  const Known known{gpus, matrix};
  std::vector<DisputedFact> facts;
  for (const Question& question : questions) facts.push_back(answer(question, known));
  facts.push_back(three_paths(known));
  for (const LimitQuestion& question : limit_questions) facts.push_back(answer(question, known));
  return facts;
}

}  // namespace bp
