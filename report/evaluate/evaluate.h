// From features and limits to backend verdicts. Pure: the same inputs give the same verdicts.
#pragma once

#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "probes/registry/evidence.h"
#include "probes/registry/target.h"
#include "report/backends/catalogue.h"
#include "report/model/report.h"

namespace bp {

/// A limit that needs may name: smem_optin (bytes), smem_sm (bytes), cluster_max (CTAs), warps_sm,
/// registers_block, sms.
struct Limit {
  double value = 0;
  EvidenceKind kind = EvidenceKind::inferred;
  bool operator==(const Limit&) const = default;
};

/// What is judged: a GPU in hand (measured statuses), or a target (assembles / refused,
/// "expected").
struct Subject {
  ComputeCapability cc;
  bool in_hand = true;
  std::vector<FeatureResult> features;
  std::map<std::string, Limit, std::less<>> limits;
  // Of a GPU in hand; empty: not known.
  std::string driver{};  // "580.159.04"
  std::string cuda{};    // the newest that its driver takes, "13.0"
};
Subject subject_of(const GpuReport& gpu, const DriverFacts& driver);
/// What is expected of a target: from what an assembler said of its features.
Subject subject_of(ComputeCapability cc, const TargetReport& target);

/// Limits of a GPU in hand from its facts (declared), of a target from the programming guide
/// (inferred).
std::map<std::string, Limit, std::less<>> limits_of(const GpuFacts& gpu);
std::map<std::string, Limit, std::less<>> limits_of(ComputeCapability cc);

/// One verdict per kernel, in catalogue order, for the shape that the user asks about. `today` is
/// the report's date (ISO 8601): rows whose sources were read long before it are marked; empty:
/// none is.
std::vector<BackendResult> evaluate(const Catalogue& catalogue, const Subject& subject,
                                    const Shape& shape = {}, std::string_view today = {});

/// What each selector of the catalogue would choose; `backends` are the verdicts of evaluate().
std::vector<SelectorResult> walk_selectors(const Catalogue& catalogue, const Subject& subject,
                                           std::span<const BackendResult> backends,
                                           const Shape& shape = {});

/// What public documents say in different ways (report/disputed), answered from the GPUs in hand
/// and the surveys of them, and else from what assemblers said (the embedded matrix; of several
/// rows for one feature and target the first counts).
std::vector<DisputedFact> disputed_facts(std::span<const GpuReport> gpus,
                                         std::span<const SurveyResult> surveys,
                                         std::span<const MatrixRow> matrix);

}  // namespace bp
