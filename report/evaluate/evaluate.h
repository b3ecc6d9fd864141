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
};

/// What is judged: a GPU in hand (measured statuses), or a target (assembles / refused,
/// "expected").
struct Subject {
  ComputeCapability cc;
  bool in_hand = true;
  std::vector<FeatureResult> features;
  std::map<std::string, Limit, std::less<>> limits;
};

/// Limits of a GPU in hand from its facts (declared), of a target from the programming guide
/// (inferred).
std::map<std::string, Limit, std::less<>> limits_of(const GpuFacts& gpu);
std::map<std::string, Limit, std::less<>> limits_of(ComputeCapability cc);

/// One verdict per backend, in catalogue order.
std::vector<BackendResult> evaluate(const Catalogue& catalogue, const Subject& subject);

/// What public documents say in different ways (report/disputed), answered from the GPUs in hand
/// and the surveys of them, and else from what assemblers said (the embedded matrix; of several
/// rows for one feature and target the first counts).
std::vector<DisputedFact> disputed_facts(std::span<const GpuReport> gpus,
                                         std::span<const SurveyResult> surveys,
                                         std::span<const MatrixRow> matrix);

}  // namespace bp
