#include "kernels/bench/session.h"

#include <algorithm>
#include <cmath>

#include "kernels/bench/cublas.h"
#include "kernels/bench/launch_times.h"
#include "kernels/bench/timed.h"
#include "kernels/device_timer.h"
#include "kernels/rates.h"
#include "probes/driver/facts.h"
#include "probes/driver/outcome.h"
#include "probes/registry/reason.h"

namespace bp::bench {
namespace {

using Runs = std::vector<std::unique_ptr<KernelRun>>;

constexpr std::size_t copy_bytes = std::size_t{1} << 30;
constexpr std::int64_t most_copies = 512;
/// Between two launches over the same inputs others must have gone through this much, in units of
/// L2: its replacement is not strictly by age.
constexpr double cold_ratio = 3;
constexpr double still_cold_ratio = 2;
/// Of the free memory; the rest is left to whoever else is here.
constexpr double usable_memory = 0.8;

BenchClocks clocks_of(const PowerWindow& window) {
  BenchClocks clocks;
  clocks.samples = window.samples;
  clocks.throttled = window.slowed;
  if (window.events) clocks.reasons = slowdowns(*window.events);
  clocks.sm_clock_least = window.sm_clock.lowest;
  clocks.sm_clock_most = window.sm_clock.highest;
  if (window.samples == 0)
    clocks.absent = window.problem ? window.problem->sentence : "NVML was not asked";
  return clocks;
}

double free_memory(const Gpu& gpu) {
  std::size_t free = 0;
  std::size_t total = 0;
  gpu.check(gpu.api().MemGetInfo(&free, &total), "cuMemGetInfo");
  return static_cast<double>(free);
}

/// How many copies of inputs of `bytes` to go through.
std::int64_t copies_for(double bytes, double l2, double taken, double free) {
  const double wanted = bytes <= 0 ? 1 : std::ceil(cold_ratio * l2 / bytes);
  const double room = taken <= 0 ? wanted : 1 + std::floor(usable_memory * free / taken);
  return static_cast<std::int64_t>(
      std::clamp(std::min(wanted, room), 1.0, static_cast<double>(most_copies)));
}

std::string l2_state(bool warm, double bytes, std::int64_t copies, double l2) {
  if (warm) return "warm";
  return bytes * static_cast<double>(copies) >= still_cold_ratio * l2 ? "cold" : "mixed";
}

bool is_fake(const Gpu& gpu) { return !gpu.driver().fake.empty(); }

}  // namespace

Session::Session(const Gpu& gpu)
    : gpu_(gpu), monitor_(device_facts(gpu.driver(), gpu.device()).uuid) {}

const KernelProblem& Session::problem(const Kernel& kernel, std::size_t shape,
                                      const std::string& name, std::uint64_t seed) {
  const Held wanted{kernel.make_problem, kernel.operation, name, seed};
  if (problem_ && wanted == held_) return *problem_;
  if (!wanted.same_inputs(held_)) problem_.reset();  // before the next one: both may be large
  problem_ = kernel.make_problem(shape, seed, problem_.get());
  held_ = wanted;
  return *problem_;
}

BenchClocks Session::watched(const std::function<void()>& act) {
  monitor_.begin("bench");
  try {
    act();
  } catch (...) {
    monitor_.end();
    throw;
  }
  return clocks_of(monitor_.end());
}

BenchRow Session::row(const Kernel& kernel, const std::string& shape, Tuning tuning,
                      const Settings& settings) {
  BenchRow row{.kernel = std::string(kernel.id),
               .operation = std::string(kernel.operation),
               .path = std::string(kernel.path),
               .shape = shape,
               .tuning = std::string(to_string(tuning))};
  const auto shapes = kernel.shapes();
  const auto found = std::ranges::find(shapes, shape, &KernelShape::name);
  if (found == shapes.end()) {
    row.reason = make_reason("not_selected", "no such shape");
    return row;
  }
  if (is_fake(gpu_)) {
    row.status = Status::blocked;
    row.reason = make_reason("fake_driver");
    return row;
  }
  try {
    gpu_.bind();
    measure(problem(kernel, static_cast<std::size_t>(found - shapes.begin()), shape, settings.seed),
            tuning, images_[{kernel.id, tuning}], settings, row);
    row.status = Status::measured;
  } catch (...) {
    BadEnd bad = current_bad_end();
    row.status = bad.status;
    row.reason = std::move(bad.reason);
  }
  return row;
}

void Session::measure(const KernelProblem& problem, Tuning tuning, std::any& image,
                      const Settings& settings, BenchRow& row) {
  const KernelWork work = problem.work();
  row.operations = work.operations;
  row.bytes = work.bytes;
  row.unit = work.unit;
  const std::unique_ptr<LoadedProblem> loaded = problem.load(gpu_, tuning, image);
  row.image = loaded->image();
  if (const auto unit = loaded->unit(); !unit.empty()) row.unit = unit;
  Runs runs;
  const double before = free_memory(gpu_);
  runs.push_back(loaded->upload());
  const double after = free_memory(gpu_);
  // A wrong result has no speed.
  runs.front()->poison();
  runs.front()->enqueue();
  runs.front()->verify(settings.timeout);

  const double l2 = gpu_.attribute(CU_DEVICE_ATTRIBUTE_L2_CACHE_SIZE);
  const std::int64_t wanted = settings.warm ? 1 : copies_for(work.bytes, l2, before - after, after);
  while (static_cast<std::int64_t>(runs.size()) < wanted) runs.push_back(loaded->upload());
  LaunchTimes launches(gpu_, runs, settings.timeout);
  launches.warm_up();
  BenchTime time;
  row.clocks = watched(
      [&] { time = timed(item_of(row), settings.least_seconds, [&] { return launches.next(); }); });
  row.copies = wanted;
  row.l2 = l2_state(settings.warm, work.bytes, wanted, l2);
  row.time = time;
}

BenchYardstick Session::yardstick(const std::string& id, const Settings& settings) {
  BenchYardstick result{.id = id};
  if (is_fake(gpu_)) {
    result.status = Status::blocked;
    result.reason = make_reason("fake_driver");
    return result;
  }
  try {
    gpu_.bind();
    CublasRate cublas;
    double value = 0;
    result.clocks = watched([&] {
      if (id == copy_yardstick) {
        value = copy_bandwidth(gpu_, copy_bytes, settings.timeout);
      } else if (id == cublas_yardstick) {
        cublas = cublas_rate(gpu_, settings.timeout);
      } else {
        value = matrix_rate(gpu_, id, settings.timeout);
      }
    });
    if (id == cublas_yardstick) {
      result.by = cublas.by;
      if (!cublas.rate) {
        result.status = Status::not_run;
        result.reason = make_reason("no_cublas", cublas.absent);
        return result;
      }
      value = *cublas.rate;
    }
    result.values = {value};
    result.status = Status::measured;
  } catch (...) {
    BadEnd bad = current_bad_end();
    result.status = bad.status;
    result.reason = std::move(bad.reason);
  }
  return result;
}

}  // namespace bp::bench
