#include "kernels/bench/launch_times.h"

#include <algorithm>

namespace bp::bench {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::chrono::milliseconds warm_up_time{30};
/// Batches of about this many seconds; longer launches are timed one by one.
constexpr double batch_seconds = 4e-3;
/// Beside a longer launch, what the host needs is lost in the noise.
constexpr double long_launch = 2e-3;

}  // namespace

LaunchTimes::LaunchTimes(const Gpu& gpu, const std::vector<std::unique_ptr<KernelRun>>& runs,
                         std::chrono::milliseconds timeout)
    : gpu_(gpu), runs_(runs), timeout_(timeout), events_(most) {
  for (Events& pair : events_) {
    gpu.check(gpu.api().EventCreate(&pair.begin, CU_EVENT_DEFAULT), "cuEventCreate");
    gpu.check(gpu.api().EventCreate(&pair.end, CU_EVENT_DEFAULT), "cuEventCreate");
  }
}

LaunchTimes::~LaunchTimes() {
  if (gpu_.lost()) return;
  for (const Events& pair : events_) {
    gpu_.api().EventDestroy(pair.begin);
    gpu_.api().EventDestroy(pair.end);
  }
}

KernelRun& LaunchTimes::turn() { return *runs_[turn_++ % runs_.size()]; }

void LaunchTimes::warm_up() {
  const auto end = Clock::now() + warm_up_time;
  double shortest = 1e9;
  for (std::size_t i = 0; i < runs_.size() || Clock::now() < end; ++i) {
    waiting_.clear();
    shortest = std::min(shortest, next());
  }
  waiting_.clear();
  head_ = shortest < long_launch;
  batch_ = static_cast<std::size_t>(
      std::clamp(batch_seconds / shortest, 1.0, static_cast<double>(most)));
}

void LaunchTimes::fill() {
  if (head_) turn().enqueue();
  for (std::size_t i = 0; i < batch_; ++i) {
    gpu_.check(gpu_.api().EventRecord(events_[i].begin, gpu_.stream()), "cuEventRecord");
    turn().enqueue();
    gpu_.check(gpu_.api().EventRecord(events_[i].end, gpu_.stream()), "cuEventRecord");
  }
  gpu_.wait(timeout_);
  for (std::size_t i = batch_; i-- > 0;) {
    float milliseconds = 0;
    gpu_.check(gpu_.api().EventElapsedTime(&milliseconds, events_[i].begin, events_[i].end),
               "cuEventElapsedTime");
    waiting_.push_back(static_cast<double>(milliseconds) * 1e-3);
  }
}

double LaunchTimes::next() {
  if (waiting_.empty()) fill();
  const double seconds = waiting_.back();
  waiting_.pop_back();
  return seconds;
}

}  // namespace bp::bench
