// The results of one GPU: one for each planned item, from the start.
#pragma once

#include <string>
#include <vector>

#include "cli/supervisor/supervisor.h"

namespace bp {

class Results {
 public:
  /// Every item is not_run (interrupted) until something is known of it.
  Results(const ProbePlan& plan, const ProbeProgress& progress, GpuFacts facts);

  /// A result from a worker; one of an item that is not planned is dropped.
  void store(FeatureResult result);
  void store(KernelResult result);
  void store(SurveyResult result);
  void store(BenchRow row);
  /// Added to what was measured of it before.
  void store(const std::string& item, const BenchYardstick& yardstick);
  /// One more piece of evidence of a feature that is there; of any other it is dropped.
  void add(const std::string& feature, Evidence evidence);
  /// The item, of whatever kind, came to a bad end.
  void fail(const std::string& item, Status status, const Reason& reason);

  bool nothing_ended() const;
  const FeatureResult* feature(std::string_view id) const;
  /// Items that crashed or timed out since it was last cleared.
  std::vector<std::string>& ended_badly() { return ended_badly_; }

  GpuFacts& facts() { return results_.facts; }
  const GpuFacts& facts() const { return results_.facts; }
  ProbedGpu take() { return std::move(results_); }

 private:
  template <typename Result>
  const Result* place(std::vector<Result>& list, Result result);
  void ended(const std::string& item, Status status);
  bool fail_bench(const std::string& item, Status status, const Reason& reason);

  const ProbePlan& plan_;
  const ProbeProgress& progress_;
  ProbedGpu results_;
  std::vector<std::string> ended_badly_;
};

}  // namespace bp
