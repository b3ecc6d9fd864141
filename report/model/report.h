// The report as typed values: what is known of this machine, before any format. Data flows one way:
// model -> redact -> serialise.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "probes/registry/bench.h"
#include "probes/registry/evidence.h"
#include "probes/registry/facts.h"
#include "probes/registry/peaks.h"
#include "probes/registry/survey.h"
#include "report/evaluate/shape.h"
#include "report/model/models.h"
#include "report/model/verdict.h"

namespace bp {

/// Semantic version of report.json. Major: a reader of the old version would misread the new one.
inline constexpr std::string_view schema_version = "1.0.0";

/// The status in the words people read: "wrong result".
std::string_view words(Status status);

/// What the report says of one backend on one GPU or target.
struct BackendResult {
  std::string id;  // catalogue id
  std::string project;
  std::string operation;
  Verdict verdict = Verdict::unknown;
  std::string reason;  // one sentence
  std::optional<EvidenceKind>
      evidence;         // the weakest among its needs; nullopt: none was needed or known
  std::string nearest;  // id of the nearest backend that runs for the same operation; empty: none
  std::vector<std::string> notes;  // "emulated: mma_sync.e4m3"
  // Of the catalogue's row, the same for every GPU:
  std::string versions{};           // of the project that the row holds for
  std::string date{};               // when its sources were read, ISO 8601
  bool outdated = false;            // they were read long before the report was made
  std::string takes{};              // the shapes it is limited to: "64 or 128 heads; fp8_e4m3"
  std::vector<std::string> also{};  // other operations that it performs
  bool operator==(const BackendResult&) const = default;
};

/// A candidate that a selector looked at.
struct SelectorStep {
  std::string backend;
  Verdict verdict = Verdict::unknown;
  std::optional<bool> admitted{};  // by its gate, for the shape that was asked; nullopt: not known
  bool operator==(const SelectorStep&) const = default;
};

/// What a project's own selector would choose on one GPU or target, whatever the hardware says of
/// it.
struct SelectorResult {
  std::string id;  // catalogue id
  std::string project;
  std::string operation;
  std::vector<SelectorStep> steps{};  // in its order, to the one that it chooses
  std::string chosen{};               // id of a backend; empty: none
  std::string note{};                 // why there is no step
  bool operator==(const SelectorResult&) const = default;
};

/// What somebody says in public, and where.
struct DisputedSource {
  std::string who;
  std::string says;
  std::string reference;
  bool operator==(const DisputedSource&) const = default;
};

/// A question that public documents answer in different ways, answered from this report's evidence.
struct DisputedFact {
  std::string id;       // "sm100_wgmma"
  std::string claim;    // what is said in public
  std::string finding;  // what the evidence says
  enum class Outcome : std::uint8_t { confirmed, contradicted, open } outcome = Outcome::open;
  std::vector<Evidence> evidence;
  std::string topic{};
  std::string about{};  // "compute capability 12.x"
  std::vector<DisputedSource> sources{};
  std::string command{};  // settles it on a GPU not in hand; empty: settled here, or nothing does
  /// What the outcome rests on.
  enum class Basis : std::uint8_t {
    expected,  // what an assembler says, of some of it at least
    declared,  // attributes of the driver alone
    in_hand,   // executed, while nothing was of other GPUs that the claim is about
    executed,
  };
  std::optional<Basis> basis{};  // nullopt: open, or from a report that does not say it
  bool operator==(const DisputedFact&) const = default;
};
std::string_view to_string(DisputedFact::Outcome outcome);
std::optional<DisputedFact::Outcome> parse_outcome(std::string_view text);
std::string_view to_string(DisputedFact::Basis basis);
std::optional<DisputedFact::Basis> parse_basis(std::string_view text);

/// A rate counted in this run beside the peak that a table knows for it.
struct RateResult {
  std::string feature;
  double operations = 0;  // per clock and SM
  EvidenceKind kind = EvidenceKind::launched;
  std::optional<double> peak{};               // of the table; nullopt: none is known, or none fits
  std::optional<PeakQuality> peak_quality{};  // set with `peak`
  std::string peak_source{};
  std::vector<std::string> notes{};
  bool operator==(const RateResult&) const = default;
};
/// Rate divided by peak; nullopt where no peak is known. Calculated, never kept.
std::optional<double> share_of_peak(const RateResult& rate);

struct GpuReport {
  GpuFacts facts;
  std::string target;  // "sm_90a": what was assembled and loaded for it
  std::vector<FeatureResult> features;
  std::vector<KernelResult> kernels{};
  std::vector<BackendResult> backends{};
  std::vector<RateResult> rates{};  // of --level full
  std::vector<SelectorResult> selectors{};
  BenchReport bench{};  // of `bench` alone
  bool operator==(const GpuReport&) const = default;
};

/// A target not in hand: everything is expected, from the embedded matrix.
struct TargetReport {
  std::string target;                   // "sm_121": a bare number, see DESIGN
  std::vector<FeatureResult> features;  // status assembles or refused
  std::vector<BackendResult> backends;
  std::vector<SelectorResult> selectors{};
  bool operator==(const TargetReport&) const = default;
};

struct ToolInfo {
  std::string version;
  std::string commit;   // git commit; "unknown" outside a checkout
  std::string toolkit;  // "ptxas 13.0.88"
  bool operator==(const ToolInfo&) const = default;
};

struct Report {
  std::string schema_version;
  ToolInfo tool;
  std::string created;  // UTC, ISO 8601
  std::string command;  // subcommand and options that change results, e.g. "run --level quick"
  std::uint64_t seed = 1;
  bool complete = true;   // false: interrupted or an item crashed or timed out
  bool redacted = false;  // set by redact(): identifying values were left out
  DriverFacts driver;     // `gpus` of it is empty here: each GpuReport holds its own facts
  std::vector<Fact> environment;
  std::vector<std::string>
      log;  // what happened to workers, in order: "worker 1 was killed by SIGSEGV ..."
  std::vector<GpuReport> gpus;
  std::vector<TargetReport> targets;
  std::vector<SurveyResult> surveys;  // of each GPU, then of pairs, then of the host
  std::vector<DisputedFact> disputed;
  std::vector<MatrixRow> matrix;
  Shape shape{};  // that the backends were judged for
  std::vector<ModelReport> models{};
  bool operator==(const Report&) const = default;
};

}  // namespace bp
