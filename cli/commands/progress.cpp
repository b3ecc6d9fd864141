#include "cli/commands/progress.h"

#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <utility>

#include "cli/environment/identity.h"
#include "report/redact/redact.h"

namespace bp {
namespace {

/// Shorter runs end before an estimate has been read.
constexpr Progress::Seconds shortest_estimate{2};
constexpr Progress::Seconds earliest_estimate{1};

std::string time_left(Progress::Seconds left) {
  const double seconds = left.count();
  if (seconds < 90) return "about " + std::to_string(std::lround(seconds)) + " s left";
  return "about " + std::to_string(std::lround(seconds / 60)) + " min left";
}

std::string item_duration(Progress::Seconds took) {
  std::array<char, 32> text{};
  if (took.count() < 1) {
    std::snprintf(text.data(), text.size(), "%.1f ms", took.count() * 1e3);
  } else {
    std::snprintf(text.data(), text.size(), "%.2f s", took.count());
  }
  return text.data();
}

std::string progress_bar(std::size_t ended, std::size_t items) {
  constexpr std::size_t width = 20;
  const std::size_t full = items == 0 ? 0 : std::min(width, width * ended / items);
  std::string text = "[" + std::string(full, '=');
  if (full < width) text += ">" + std::string(width - full - 1, ' ');
  return text + "]  ";
}

}  // namespace

Progress::Progress(const ProbePlan& plan, Time now)
    : pair_surveys_(plan.pair_surveys.size()),
      host_surveys_(plan.host_surveys.size()),
      begin_(now),
      shared_{.last = now} {
  for (const PlannedKernel& item : plan.kernels) kind_[item.id] = kernel;
  for (const std::string& item : plan.surveys) kind_[item] = survey;
  if (plan.counters) kind_[plan.counters->survey] = survey;
  if (plan.bench) {
    for (const PlannedBench& item : plan.bench->items) kind_[item.item] = timing;
    of_gpu_[timing] = plan.bench->items.size();
  }
  of_gpu_[feature] = plan.features.size();
  of_gpu_[kernel] = plan.kernels.size();
  of_gpu_[survey] = plan.surveys.size() + (plan.counters ? 1 : 0);
  for (const auto* list : {&plan.pair_surveys, &plan.host_surveys}) {
    for (const std::string& item : *list) kind_[item] = shared;
  }
}

Progress::Kind Progress::kind_of(const std::string& item) const {
  const auto found = kind_.find(item);
  return found == kind_.end() ? feature : found->second;
}

void Progress::opened(int gpu, Time now) { gpus_[gpu].last = now; }

void Progress::started(int gpu, const std::string& item, Time now) {
  gpus_[gpu].started[item] = now;
}

std::optional<Progress::Seconds> Progress::ended(int gpu, const std::string& item, Time now) {
  const Kind kind = kind_of(item);
  // What is about several GPUs or about none comes after all else, one at a time.
  if (kind == shared && shared_.ended[shared] == 0) {
    for (const auto& [index, lane] : gpus_) shared_.last = std::max(shared_.last, lane.last);
  }
  Lane& lane = kind == shared ? shared_ : gpus_[gpu];
  spent_[kind] += now - lane.last;
  lane.last = now;
  ++lane.ended[kind];
  ++ended_;
  const auto start = lane.started.find(item);
  if (start == lane.started.end()) return std::nullopt;
  return now - start->second;
}

std::size_t Progress::items() const {
  const std::size_t each = of_gpu_[feature] + of_gpu_[kernel] + of_gpu_[survey] + of_gpu_[timing];
  // At least what has ended: a GPU that turns out unusable has no pairs.
  return std::max(ended_, each * gpus_.size() + shared_items());
}

std::size_t Progress::shared_items() const {
  const std::size_t pairs = gpus_.empty() ? 0 : gpus_.size() * (gpus_.size() - 1) / 2;
  return pairs * pair_surveys_ + host_surveys_;
}

std::optional<Progress::Seconds> Progress::left_of(const Counts& ended,
                                                   const Counts& planned) const {
  Seconds sum{0};
  for (std::size_t kind = 0; kind < kinds; ++kind) {
    if (ended[kind] >= planned[kind]) continue;
    std::size_t seen = shared_.ended[kind];
    for (const auto& [index, lane] : gpus_) seen += lane.ended[kind];
    // A survey of two GPUs is most like one of a GPU.
    const std::size_t like = seen == 0 && kind == shared ? std::size_t{survey} : kind;
    if (like != kind) {
      for (const auto& [index, lane] : gpus_) seen += lane.ended[like];
    }
    if (seen == 0) return std::nullopt;
    sum +=
        static_cast<double>(planned[kind] - ended[kind]) * spent_[like] / static_cast<double>(seen);
  }
  return sum;
}

std::optional<Progress::Seconds> Progress::left() const {
  Seconds longest{0};
  for (const auto& [index, lane] : gpus_) {
    const auto left = left_of(lane.ended, of_gpu_);
    if (!left) return std::nullopt;
    longest = std::max(longest, *left);
  }
  Counts planned{};
  planned[shared] = shared_items();
  const auto after = left_of(shared_.ended, planned);
  if (!after || gpus_.empty()) return std::nullopt;
  return longest + *after;
}

std::string Progress::line(int gpu, const std::string& item, int columns, Time now) const {
  std::string text = columns >= 72 ? progress_bar(ended_, items()) : "";
  text += std::to_string(ended_) + "/" + std::to_string(items()) + "  GPU " + std::to_string(gpu) +
          "  " + item;
  const auto rest = left();
  if (rest && *rest >= shortest_estimate && now - begin_ >= earliest_estimate)
    text += "  " + time_left(*rest);
  return text;
}

std::string item_line(int gpu, std::string_view word, const std::string& item,
                      std::optional<Progress::Seconds> took) {
  std::string time = took ? item_duration(*took) : "";
  time.insert(0, time.size() < 10 ? 10 - time.size() : 0, ' ');
  std::string status(word);
  status.resize(std::max<std::size_t>(status.size(), 12), ' ');
  return time + "  GPU " + std::to_string(gpu) + "  " + status + "  " + item;
}

ProgressDisplay::ProgressDisplay(const ProbePlan& plan, const Talk& talk, bool identify, Now now)
    : now_(std::move(now)),
      verbose_(talk.verbose),
      identify_(identify),
      progress_(plan, now_()),
      line_(!talk.quiet) {}

ProbeProgress ProgressDisplay::progress(std::function<void()> meanwhile) {
  return {.waiting =
              [this, meanwhile = std::move(meanwhile)] {
                line_.show("starting the driver ...");
                meanwhile();
              },
          .opened = [this](const GpuFacts& gpu) { progress_.opened(gpu.index, now_()); },
          .started = [this](int gpu, const std::string& item) { started(gpu, item); },
          .feature = [this](int gpu, const FeatureResult& r) { ended(gpu, r.id, r.status); },
          .kernel = [this](int gpu, const KernelResult& r) { ended(gpu, r.id, r.status); },
          .survey =
              [this](const SurveyResult& r) {
                ended(r.gpus.empty() ? 0 : r.gpus.front(), r.id, r.status);
              },
          .bench = [this](int gpu, const std::string& item,
                          Status status) { ended(gpu, item, status); },
          .noted = [this](const std::string& line) { noted(line); }};
}

void ProgressDisplay::started(int gpu, const std::string& item) {
  const auto now = now_();
  progress_.started(gpu, item, now);
  if (verbose_ > 1) line_.print(item_line(gpu, "started", item, std::nullopt));
  line_.show(progress_.line(gpu, item, columns_of(STDERR_FILENO), now));
}

void ProgressDisplay::ended(int gpu, const std::string& item, Status status) {
  const auto now = now_();
  auto took = progress_.ended(gpu, item, now);
  // Refusals are judged together: each of them would be said to have taken as long as all.
  if (status == Status::unsupported) took.reset();
  if (verbose_ > 0) line_.print(item_line(gpu, to_string(status), item, took));
  line_.show(progress_.line(gpu, item, columns_of(STDERR_FILENO), now));
}

void ProgressDisplay::noted(const std::string& line) {
  if (verbose_ < 2) return;
  // Logs of CI are public, as reports are.
  line_.print("workers: " + (identify_ ? line : redact_text(line, identity())));
}

}  // namespace bp
