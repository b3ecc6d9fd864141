#include "probes/engine/schedule.h"

#include <future>
#include <mutex>
#include <set>

#include "probes/engine/refusals.h"
#include "probes/registry/reason.h"

namespace bp {
namespace {

class Schedule {
 public:
  Schedule(const Gpu& gpu, const Pack& pack, const DriverAssembler& assembler,
           const ScheduleOptions& options, const FeatureSink& sink)
      : gpu_(gpu),
        pack_(pack),
        assembler_(assembler),
        options_(options),
        sink_(sink),
        executor_(gpu, pack, assembler, options.execute) {}

  void run(const std::vector<std::string>& features) {
    std::vector<const InstructionProbe*> execute;
    std::vector<const InstructionProbe*> refused;
    for (const auto& id : features) {
      const auto* probe = find_probe(id);
      if (probe == nullptr) {
        started(id);
        finished({.id = id,
                  .status = Status::not_run,
                  .reason = make_reason("no_probe"),
                  .evidence = {}});
      } else if (expectation(pack_, id, gpu_.cc()) == Expectation::refused) {
        refused.push_back(probe);
      } else {
        execute.push_back(probe);
      }
    }
    const auto policy = options_.serial ? std::launch::deferred : std::launch::async;
    auto judging = std::async(policy, [&] { judge(refused, false); });
    for (const auto* probe : execute) {
      if (stop_) break;
      execute_one(*probe);
    }
    if (!(options_.serial && stop_)) judging.get();
    // What the driver would not load although it was expected to, then what it took although it was
    // not.
    if (!stop_) judge(surprises_, true);
    for (const auto& [probe, target] : accepted_) {
      if (stop_) break;
      finish(*probe, executor_.run(*probe, [&, probe = probe, target = target] {
        return load_retargeted(gpu_, pack_, assembler_, *probe, target);
      }));
    }
  }

 private:
  void execute_one(const InstructionProbe& probe) {
    started(probe.feature);
    if (auto result = executor_.run(probe)) {
      finish(probe, std::move(*result));
    } else {
      surprises_.push_back(&probe);
    }
  }

  void finish(const InstructionProbe&, FeatureResult result) {
    // Before the result goes out: whoever gets it may ask whether the process is poisoned.
    if (gpu_.lost()) stop_ = true;
    finished(result);
  }

  void judge(const std::vector<const InstructionProbe*>& probes, bool expected_accepted) {
    const RefusalSink sink{
        .started = [this](const InstructionProbe& probe) { started(probe.feature); },
        .decided =
            [this](const InstructionProbe& probe, const RefusalVerdict& verdict) {
              // A lost context makes the assembler's answers worthless too: a fresh worker asks
              // again.
              if (gpu_.lost()) return;
              if (const auto* accepted = std::get_if<Accepted>(&verdict)) {
                accepted_.emplace_back(&probe, accepted->target);
              } else {
                finished(std::get<FeatureResult>(verdict));
              }
            }};
    try {
      judge_refused(assembler_, pack_, probes,
                    {.gpu = gpu_.cc(),
                     .serial = options_.serial,
                     .quick = options_.quick,
                     .expected_accepted = expected_accepted},
                    sink, stop_);
    } catch (const DriverError&) {
      // Another thread lost the context under this one, or the assembler itself did.
      if (!gpu_.lost()) throw;
      stop_ = true;
    }
  }

  /// Once for each feature: one that the driver would not load is judged later, as the same item.
  void started(std::string_view feature) {
    const std::lock_guard lock(mutex_);
    if (announced_.emplace(feature).second && sink_.started) sink_.started(std::string(feature));
  }
  void finished(const FeatureResult& result) {
    const std::lock_guard lock(mutex_);
    if (sink_.finished) sink_.finished(result);
  }

  const Gpu& gpu_;
  const Pack& pack_;
  const DriverAssembler& assembler_;
  const ScheduleOptions& options_;
  const FeatureSink& sink_;
  Executor executor_;
  std::mutex mutex_;
  std::set<std::string, std::less<>> announced_;
  std::atomic<bool> stop_ = false;
  std::vector<const InstructionProbe*> surprises_;
  std::vector<std::pair<const InstructionProbe*, Target>> accepted_;
};

}  // namespace

void decide_features(const Gpu& gpu, const Pack& pack, const DriverAssembler& assembler,
                     const std::vector<std::string>& features, const ScheduleOptions& options,
                     const FeatureSink& sink) {
  Schedule(gpu, pack, assembler, options, sink).run(features);
}

}  // namespace bp
