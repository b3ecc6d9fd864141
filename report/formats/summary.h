// What the formats for people share: grouping, counting and the sentences of the summary.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "report/model/report.h"

namespace bp {

struct FamilyGroup {
  std::string title;  // "TMA and asynchronous copies"
  std::vector<const FeatureResult*> features;
};
/// In registry order; features that this version does not know come last. Points into `features`.
std::vector<FamilyGroup> by_family(std::span<const FeatureResult> features);
/// Title of the registry row; empty for an id this version does not know.
std::string_view feature_title(std::string_view id);

struct OperationGroup {
  std::string id;     // "mla.dense_decode"
  std::string title;  // "MLA decode, dense"; the id itself if this version does not know it
  std::vector<const BackendResult*> backends;
};
/// In the order of the registry's operations, unknown ones last. Points into `backends`.
std::vector<OperationGroup> by_operation(std::span<const BackendResult> backends);

/// Counts in the order of the enum, without zeros.
std::vector<std::pair<Status, std::size_t>> counts(std::span<const FeatureResult> features);
std::vector<std::pair<Verdict, std::size_t>> counts(std::span<const BackendResult> backends);

/// The strongest evidence for what the status says: of a "no" the evidence against the feature (its
/// positive control speaks for another target), of all else the evidence for it.
std::optional<EvidenceKind> strongest_of_status(const FeatureResult& result);

/// What says most in one line: the figure of an emulation, the message of the assembler or driver,
/// else the reason. Empty: there is nothing to say.
std::string why_not(const FeatureResult& result);

/// What a verdict means, for a legend: "a needed feature is missing".
std::string_view meaning(Verdict verdict);
std::string_view meaning(Status status);
std::string_view meaning(EvidenceKind kind);

/// A yes, a no, or neither: chooses mark and colour.
enum class Tone : unsigned char { good, partly, bad, broken, unknown };
Tone tone(Status status);
Tone tone(Verdict verdict);
Tone tone(DisputedFact::Outcome outcome);

/// Several things that are "no" for one reason.
struct No {
  Status status;
  std::vector<std::string> features;
  std::string why;  // the assembler's message, else the reason
};

/// What runs for one operation.
struct Running {
  std::string id;                // "mla.dense_decode"
  std::string title;             // "MLA decode, dense"
  std::vector<std::string> ids;  // backends that run
  std::size_t known = 0;         // backends judged for it
  Tone tone = Tone::unknown;     // good: one runs; bad: every one is a no
};

/// One GPU or target in ten seconds.
struct Summary {
  std::string headline;             // "Runs 14 of 31 known backends"
  std::vector<Running> operations;  // those that run first
  std::string features;             // "22 features supported, 1 emulated, 8 unsupported."
  std::string kernels;              // "Reference kernels verified: ..."; empty where none was tried
  std::vector<No>
      nos;  // features that are not a plain yes, worst first, by status, family and reason
  std::vector<std::pair<Verdict, std::vector<std::string>>> refused;  // backends that do not run
};
Summary summarise(const GpuReport& gpu);
Summary summarise(const TargetReport& target);
/// The headline and what runs, as one paragraph.
std::string can_run(const Summary& summary);
/// The whole answer in one paragraph: how much runs, what of MLA and DSA, which instruction paths
/// there are, and what to beware of.
std::string paragraph(const Summary& summary, std::span<const FeatureResult> features,
                      bool in_hand);
/// The same of many targets: on which most runs, and which instruction paths are whose.
std::string paragraph(std::span<const TargetReport> targets);

/// How many of a family's judged features a target takes.
struct Share {
  std::string family;  // short: "wgmma"
  std::size_t yes = 0;
  std::size_t judged = 0;
  std::size_t other = 0;  // of `yes`: as other instructions, or with a call
};
/// What came out where the assembler put other instructions, or a call, for the one asked for:
/// "expanded: HMMA". Empty: the instruction itself, or not known.
std::string replacement(const FeatureResult& result);
/// Whether MatrixRow::sass says so.
bool is_replaced(std::string_view sass);
/// One for each family of the product, in registry order, the same for every target.
std::vector<Share> family_shares(std::span<const FeatureResult> features);
/// "Runs 14 of 31 known backends", and how many are not known where that is more than the few that
/// are not known anyway: a run may have been narrowed to some features.
std::string headline(std::span<const FeatureResult> features,
                     std::span<const BackendResult> backends, bool in_hand);
/// "18 of 40"
std::string running_of_all(std::span<const BackendResult> backends);
/// More targets than this are shown as a table before their details.
inline constexpr std::size_t few_targets = 2;

/// What the reader must know before any verdict.
struct Alert {
  Tone tone;
  std::string title;  // "Fake driver"
  std::string text;
};
std::vector<Alert> alerts(const Report& report);

/// "228 KiB", "141.0 GiB"; numbers without a unit as they are. `key` names the unit: "..._bytes",
/// "..._khz".
std::string fact_text(const Fact& fact);
/// "max shared memory per block opt-in": the key without its unit, in words. Names of environment
/// variables stay as they are.
std::string fact_label(const Fact& fact);
/// A whole number as it is, others with four digits; "1.43 ops/clock" with a unit. JSON has all
/// digits.
std::string figure_text(double value, std::string_view unit);
/// "verified, driver 580.159.04, sm_90a" without the text of it.
std::string source_text(const Evidence& evidence);

/// "18 run", "1 runs", "17 no hardware", "1 crashed".
std::string counted(Verdict verdict, std::size_t count);
std::string counted(Status status, std::size_t count);
/// "dense GEMM" at the start of a line: "Dense GEMM".
std::string capitalised(std::string_view text);
/// "MLA decode, dense"; the id where the operation is not known.
std::string operation_title(std::string_view id);
/// "max_abs_error" in words.
std::string spaced(std::string_view name);

/// "a, b, c" or, past `most`, "a, b and 7 more".
std::string listed(std::span<const std::string> items, std::size_t most);

}  // namespace bp
