#include "cli/supervisor/supervisor.h"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <deque>
#include <memory>
#include <system_error>
#include <thread>

#include "cli/supervisor/question.h"
#include "cli/supervisor/seat.h"
#include "cli/supervisor/shared_surveys.h"
#include "probes/registry/reason.h"

namespace bp {
namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

// NVML adds facts that nothing depends on: it may run as long as the probes do, and this much
// longer.
constexpr milliseconds nvml_grace{250};
constexpr milliseconds interrupt_grace{300};
// A profiler or sanitizer writes its summary when the worker leaves.
constexpr milliseconds summary_grace{10000};
constexpr milliseconds teardown_grace{2000};

std::optional<int> ordinal(std::string_view text) {
  int value = -1;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || value < 0) return std::nullopt;
  return value;
}

bool same_ignoring_case(std::string_view text, std::string_view prefix) {
  return text.size() >= prefix.size() && std::equal(prefix.begin(), prefix.end(), text.begin(),
                                                    [](unsigned char a, unsigned char b) {
                                                      return std::tolower(a) == std::tolower(b);
                                                    });
}

/// A GPU by its ordinal, or by its UUID or an unambiguous beginning of it (as CUDA_VISIBLE_DEVICES
/// does).
const GpuFacts* pick(const std::vector<GpuFacts>& gpus, const std::string& wanted) {
  if (const auto index = ordinal(wanted)) {
    const auto found = std::ranges::find(gpus, *index, &GpuFacts::index);
    return found == gpus.end() ? nullptr : &*found;
  }
  const GpuFacts* match = nullptr;
  for (const GpuFacts& gpu : gpus) {
    const std::string_view uuid = gpu.uuid;
    const auto dash = uuid.find('-');
    const bool fits =
        same_ignoring_case(uuid, wanted) ||
        (dash != std::string_view::npos && same_ignoring_case(uuid.substr(dash + 1), wanted));
    if (!fits || wanted.empty()) continue;
    if (match != nullptr) return nullptr;
    match = &gpu;
  }
  return match;
}

class Run {
 public:
  Run(const ProbePlan& plan, const ProbeProgress& progress, Interrupts& interrupts,
      const WorkerProgram& program)
      : plan_(plan), progress_(progress), interrupts_(interrupts), program_(program) {}

  ProbeOutcome operator()() {
    if (enumerate()) {
      probe();
      if (!outcome_.interrupted) collect_nvml();
      for (Seat& seat : seats_) {
        outcome_.log.insert(outcome_.log.end(), seat.log().begin(), seat.log().end());
      }
      leave();
      for (Seat& seat : seats_) outcome_.gpus.push_back(seat.take_result());
      shared_surveys();
      merge_nvml();
    }
    if (outcome_.interrupted) note("the run was interrupted");
    for (const std::string& name : outcome_.stuck) {
      note(name + " did not end when it was killed: it is stuck in the driver");
    }
    return std::move(outcome_);
  }

 private:
  /// The first worker looks for GPUs. False: there is nothing to probe.
  bool enumerate() {
    // The first worker keeps the GPU that it opens: one cuInit and one context on the critical
    // path.
    first_gpu_ = plan_.gpus.empty() ? 0 : ordinal(plan_.gpus.front()).value_or(0);
    std::optional<Question> first;
    try {
      first.emplace(program_,
                    OpenRequest{plan_.libcuda, plan_.seed, first_gpu_, false, plan_.timeout,
                                plan_.bench.has_value()},
                    EnumerateRequest{});
    } catch (const std::system_error& error) {
      outcome_.driver.problem = make_reason("not_started", error.what());
      return false;
    }
    try {
      nvml_.emplace(program_, OpenRequest{{}, plan_.seed, 0, false, plan_.timeout}, NvmlRequest{});
    } catch (const std::system_error& error) {
      note(std::string("NVML: ") + error.what());
    }
    if (progress_.waiting) progress_.waiting();

    const auto limit = Clock::now() + silence_limit(plan_);
    while (first->advance() == Question::State::waiting) {
      if (interrupts_.arrived()) {
        outcome_.interrupted = true;
        outcome_.driver.problem = make_reason("interrupted");
        abandon(first->take_process(), "the worker that enumerates GPUs", interrupt_grace);
        return false;
      }
      if (Clock::now() >= limit) {
        lost_driver(*first, make_reason("driver_hung"));
        note("the worker that enumerates GPUs did not answer in time and was killed");
        abandon(first->take_process(), "the worker that enumerates GPUs", interrupt_grace);
        return false;
      }
      std::vector<pollfd> fds{{interrupts_.fd(), POLLIN, 0}};
      first->process().watch(fds);
      wait_for(fds, first->needs_reaping() ? Clock::now() + milliseconds(5) : limit);
    }
    const auto* driver =
        first->advance() == Question::State::answered ? first->answer<DriverFacts>() : nullptr;
    if (driver == nullptr) {
      const std::string what = first->what().empty() ? "the worker sent garbage" : first->what();
      lost_driver(*first, make_reason("driver_crashed", what));
      note("enumerating GPUs: " + what);
      return false;
    }
    outcome_.driver = *driver;
    std::vector<GpuFacts> gpus = std::move(outcome_.driver.gpus);
    outcome_.driver.gpus.clear();
    if (outcome_.driver.problem || gpus.empty()) {
      if (!outcome_.driver.problem) outcome_.driver.problem = make_reason("no_device");
      quit(*first);
      return false;
    }
    if (!choose(gpus)) {
      quit(*first);
      return false;
    }
    auto process = first->take_process();
    for (GpuFacts& gpu : gpus) {
      const bool kept = gpu.index == first_gpu_;
      if (progress_.opened) progress_.opened(gpu);
      seats_.emplace_back(plan_, progress_, program_, std::move(gpu),
                          kept ? std::move(process) : nullptr);
    }
    return true;
  }

  /// The first worker did not survive cuInit: what it had said before stands.
  void lost_driver(const Question& question, Reason reason) {
    if (const auto* said = question.answer<DriverFacts>()) outcome_.driver = *said;
    outcome_.driver.problem = std::move(reason);
  }

  /// Leaves the GPUs that --gpu names, in the order of their ordinals.
  bool choose(std::vector<GpuFacts>& gpus) {
    std::ranges::sort(gpus, {}, &GpuFacts::index);
    if (plan_.gpus.empty()) return true;
    std::vector<GpuFacts> chosen;
    for (const std::string& wanted : plan_.gpus) {
      const GpuFacts* gpu = pick(gpus, wanted);
      if (gpu == nullptr) {
        outcome_.unknown_gpu = wanted;
        for (const GpuFacts& known : gpus) {
          outcome_.known_gpus.push_back(std::to_string(known.index) + " (" + known.name + ")");
        }
        return false;
      }
      if (std::ranges::find(chosen, gpu->index, &GpuFacts::index) == chosen.end())
        chosen.push_back(*gpu);
    }
    std::ranges::sort(chosen, {}, &GpuFacts::index);
    gpus = std::move(chosen);
    return true;
  }

  void probe() {
    while (true) {
      const auto now = Clock::now();
      if (interrupts_.arrived()) {
        interrupt();
        return;
      }
      bool finished = true;
      for (Seat& seat : seats_) {
        seat.advance(now);
        finished = finished && seat.finished();
      }
      if (finished) return;
      std::vector<pollfd> fds{{interrupts_.fd(), POLLIN, 0}};
      auto until = now + std::chrono::hours(1);
      for (const Seat& seat : seats_) {
        seat.watch(fds);
        if (const auto deadline = seat.deadline()) until = std::min(until, *deadline);
      }
      if (nvml_ && nvml_->advance() == Question::State::waiting) nvml_->process().watch(fds);
      wait_for(fds, until);
    }
  }

  void interrupt() {
    outcome_.interrupted = true;
    for (Seat& seat : seats_) seat.interrupt();
    const auto limit = Clock::now() + interrupt_grace;
    while (!std::ranges::all_of(seats_, &Seat::gone) && Clock::now() < limit) {
      std::this_thread::sleep_for(milliseconds(5));
    }
  }

  /// Waits a little for NVML, which started with the first worker.
  void collect_nvml() {
    const auto limit = Clock::now() + nvml_grace;
    while (nvml_ && nvml_->advance() == Question::State::waiting && Clock::now() < limit) {
      if (interrupts_.arrived()) {
        outcome_.interrupted = true;
        return;
      }
      std::vector<pollfd> fds{{interrupts_.fd(), POLLIN, 0}};
      nvml_->process().watch(fds);
      wait_for(fds, nvml_->needs_reaping() ? Clock::now() + milliseconds(5) : limit);
    }
  }

  /// What is about two GPUs, or about none: when no other worker uses them.
  void shared_surveys() {
    std::vector<int> usable;
    for (const ProbedGpu& gpu : outcome_.gpus) {
      if (!gpu.facts.problem) usable.push_back(gpu.facts.index);
    }
    SharedSurveys shared(plan_, progress_, program_, interrupts_);
    outcome_.surveys = shared.run(usable, [this](std::string line) { note(std::move(line)); });
    for (std::string& name : shared.stuck()) outcome_.stuck.push_back(std::move(name));
    if (shared.interrupted()) outcome_.interrupted = true;
  }

  void merge_nvml() {
    std::string absent = "NVML was not asked";
    if (nvml_ && nvml_->advance() == Question::State::answered) {
      if (const auto* answer = nvml_->answer<NvmlAnswer>()) {
        // NVML may belong to the machine under a fake driver: its GPUs are told apart by their
        // UUIDs.
        if (outcome_.driver.version.empty() && !outcome_.driver.fake) {
          outcome_.driver.version = answer->driver_version;
        }
        absent = answer->problem ? answer->problem->sentence : "NVML does not list this GPU";
        for (ProbedGpu& gpu : outcome_.gpus) {
          const auto found =
              std::ranges::find(answer->gpus, gpu.facts.uuid, &NvmlAnswer::PerGpu::uuid);
          if (found == answer->gpus.end() || found->uuid.empty()) continue;
          gpu.facts.facts.insert(gpu.facts.facts.end(), found->facts.begin(), found->facts.end());
        }
      } else {
        absent = "the worker sent garbage";
      }
    } else if (nvml_ && nvml_->advance() == Question::State::broken) {
      absent = nvml_->what();
      note("NVML: " + absent);
    } else if (nvml_) {
      absent = "NVML did not answer in time";
    }
    for (ProbedGpu& gpu : outcome_.gpus) {
      const bool known =
          std::ranges::any_of(gpu.facts.facts, [](const Fact& f) { return f.by == "NVML"; });
      if (!known) gpu.facts.facts.push_back({"nvml", {}, "NVML", absent});
    }
  }

  /// Idle workers leave by themselves. They are waited for only where somebody would notice: a tool
  /// that writes its summary at exit, or a GPU that takes one process at a time.
  void leave() {
    const bool tools = !outcome_.driver.injected_tools.empty();
    for (Seat& seat : seats_) seat.leave(tools);
    const auto limit = Clock::now() + (outcome_.interrupted ? milliseconds(0)
                                       : tools              ? summary_grace
                                                            : teardown_grace);
    if (tools || exclusive()) {
      while (!std::ranges::all_of(seats_, &Seat::gone) && Clock::now() < limit) {
        std::this_thread::sleep_for(milliseconds(5));
      }
    }
    for (Seat& seat : seats_) {
      for (std::string& name : seat.left()) outcome_.stuck.push_back(std::move(name));
    }
  }

  bool exclusive() { return std::ranges::any_of(seats_, &Seat::exclusive); }

  void quit(Question& question) {
    auto process = question.take_process();
    process->close_input();
    process->detach();
  }

  void note(std::string line) {
    if (progress_.noted) progress_.noted(line);
    outcome_.log.push_back(std::move(line));
  }

  /// Kills a worker that did not answer, and says so if it does not go.
  void abandon(std::unique_ptr<WorkerProcess> process, const std::string& name,
               milliseconds grace) {
    process->kill();
    const auto limit = Clock::now() + grace;
    while (!process->ended() && Clock::now() < limit) std::this_thread::sleep_for(milliseconds(5));
    if (!process->ended()) outcome_.stuck.push_back(name);
  }

  const ProbePlan& plan_;
  const ProbeProgress& progress_;
  Interrupts& interrupts_;
  const WorkerProgram& program_;
  int first_gpu_ = 0;
  std::optional<Question> nvml_;
  std::deque<Seat> seats_;  // seats do not move
  ProbeOutcome outcome_;
};

}  // namespace

ProbeOutcome supervise(const ProbePlan& plan, const ProbeProgress& progress, Interrupts& interrupts,
                       const WorkerProgram& program) {
  return Run(plan, progress, interrupts, program)();
}

}  // namespace bp
