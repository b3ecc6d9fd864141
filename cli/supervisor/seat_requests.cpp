// What a seat asks for: which items need not be asked for at all, and the requests of the others.
#include <algorithm>

#include "cli/supervisor/seat.h"
#include "probes/registry/reason.h"

namespace bp {
namespace {

bool missing(Status status) { return status != Status::supported && status != Status::emulated; }

}  // namespace

const FeatureResult* Seat::missing_of(const std::vector<std::string>& needs) const {
  for (const std::string& need : needs) {
    const FeatureResult* feature = results_.feature(need);
    if (feature != nullptr && missing(feature->status)) return feature;
  }
  return nullptr;
}

void Seat::skip_kernels_without_needs() {
  for (const PlannedKernel& kernel : plan_.kernels) {
    if (std::ranges::find(kernels_.pending(), kernel.id) == kernels_.pending().end()) continue;
    const FeatureResult* feature = missing_of(kernel.needs);
    if (feature == nullptr) continue;
    // The evidence against the feature is evidence against the kernel.
    const bool refused = feature->status == Status::unsupported;
    kernels_.drop(kernel.id);
    results_.store(KernelResult{
        kernel.id,
        kernel.operation,
        kernel.path,
        refused ? Status::unsupported : Status::not_run,
        make_reason("need_missing", feature->id + " is " + std::string(to_string(feature->status))),
        refused ? feature->evidence : std::vector<Evidence>{},
        {}});
  }
}

void Seat::skip_bench_without_needs() {
  if (!plan_.bench) return;
  for (const PlannedBench& planned : plan_.bench->items) {
    if (std::ranges::find(bench_.pending(), planned.item) == bench_.pending().end()) continue;
    const FeatureResult* feature = missing_of(planned.needs);
    if (feature == nullptr) continue;
    bench_.drop(planned.item);
    results_.fail(planned.item,
                  feature->status == Status::unsupported ? Status::unsupported : Status::not_run,
                  make_reason("need_missing",
                              feature->id + " is " + std::string(to_string(feature->status))));
  }
}

void Seat::choose_counted() {
  counted_ = plan_.counters->features;
  std::erase_if(counted_, [&](const std::string& id) {
    const FeatureResult* feature = results_.feature(id);
    return feature != nullptr && missing(feature->status);
  });
  if (!counted_.empty()) return;
  current_ = &counters_;
  finish_item(plan_.counters->survey, Status::not_run,
              make_reason("need_missing", "nothing that can be counted runs here"));
}

Request Seat::request_for(const ItemQueue::Assignment& assignment) const {
  const std::string& item = assignment.items.front();
  if (current_ == &features_) return FeaturesRequest{assignment.items, plan_.quick, plan_.rates};
  if (current_ == &kernels_) return KernelRequest{item, plan_.rates};
  if (current_ == &bench_) {
    const BenchPlan& bench = *plan_.bench;
    const auto planned = std::ranges::find(bench.items, item, &PlannedBench::item);
    BenchRequest request{.item = item, .warm = bench.warm, .least_seconds = bench.least_seconds};
    if (const auto* row = std::get_if<BenchRow>(&planned->what)) {
      request.kernel = row->kernel;
      request.shape = row->shape;
      request.tuning = row->tuning;
    } else {
      request.yardstick = std::get<BenchYardstick>(planned->what).id;
    }
    return request;
  }
  return SurveyRequest{item,
                       {results_.facts().index},
                       current_ == &counters_ ? counted_ : std::vector<std::string>{}};
}

}  // namespace bp
