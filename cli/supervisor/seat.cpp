#include "cli/supervisor/seat.h"

#include <algorithm>
#include <system_error>

#include "probes/registry/reason.h"

namespace bp {
namespace {

using std::chrono::milliseconds;

// A process that was told to leave, or killed, is given this long before its GPU gets another
// worker: in exclusive-process mode the old context must be gone.
constexpr milliseconds leaving_limit{2000};
// The end of a process comes a little after the end of its pipes.
constexpr milliseconds reap_interval{5};

std::string joined(const std::vector<std::string>& items) {
  std::string text;
  for (const std::string& item : items) text += (text.empty() ? "" : ", ") + item;
  return text;
}

std::string with_words(const WorkerProcess& worker) {
  const std::string words = worker.last_words();
  return words.empty() ? "" : "; it last printed \"" + words + "\"";
}

}  // namespace

milliseconds silence_limit(const ProbePlan& plan) {
  return std::max(plan.timeout, milliseconds(20000));
}

milliseconds item_limit(const ProbePlan& plan) { return plan.timeout + milliseconds(500); }

Seat::Seat(const ProbePlan& plan, const ProbeProgress& progress, const WorkerProgram& program,
           GpuFacts facts, std::unique_ptr<WorkerProcess> worker)
    : plan_(plan),
      progress_(progress),
      program_(program),
      results_(plan, progress, std::move(facts)),
      features_(plan.features, ItemQueue::Batching::together),
      kernels_(
          [&] {
            std::vector<std::string> ids;
            for (const PlannedKernel& kernel : plan.kernels) ids.push_back(kernel.id);
            return ids;
          }(),
          ItemQueue::Batching::one_by_one),
      surveys_(plan.surveys, ItemQueue::Batching::one_by_one),
      bench_(
          [&] {
            std::vector<std::string> items;
            if (!plan.bench) return items;
            for (const PlannedBench& planned : plan.bench->items) items.push_back(planned.item);
            return items;
          }(),
          ItemQueue::Batching::one_by_one),
      counters_(plan.counters ? std::vector<std::string>{plan.counters->survey}
                              : std::vector<std::string>{},
                ItemQueue::Batching::one_by_one),
      worker_(std::move(worker)) {
  if (const auto problem = results_.facts().problem) give_up(*problem, Status::blocked);
}

void Seat::advance(TimePoint now) {
  if (phase_ == Phase::working) {
    read_answers(now);
    if (phase_ == Phase::working) check_clocks(now);
  }
  if (phase_ == Phase::retiring) {
    worker_->pump();
    if (worker_->ended()) {
      worker_.reset();
      phase_ = Phase::idle;
    } else if (now >= retire_deadline_) {
      if (retire_killed_) {
        stuck_.push_back({std::move(worker_), {}});
        phase_ = Phase::idle;
      } else {
        retire(now, /*kill=*/true);
      }
    }
  }
  if (phase_ == Phase::idle) hand_out(now);
}

void Seat::read_answers(TimePoint now) {
  worker_->pump();
  while (phase_ == Phase::working) {
    const auto line = worker_->next_line();
    if (!line) break;
    last_event_ = now;
    try {
      handle(decode_answer(*line), now);
    } catch (const DecodeError& error) {
      broke(Status::crashed, make_reason("worker_garbage", error.what()), "sent garbage", now);
    }
  }
  if (phase_ != Phase::working) return;
  if (worker_->overlong()) {
    broke(Status::crashed, make_reason("worker_garbage", "a line without an end"), "sent garbage",
          now);
    return;
  }
  if (!worker_->results_closed()) return;
  if (const auto end = worker_->ended()) {
    const std::string what = to_string(*end);
    const char* reason = end->signal == SIGKILL     ? "worker_killed"
                         : end->signal != 0         ? "worker_crashed"
                         : worker_->has_torn_line() ? "worker_garbage"
                                                    : "worker_exited";
    broke(Status::crashed, make_reason(reason, "it " + what + with_words(*worker_)), what, now);
  }
}

void Seat::handle(Answer answer, TimePoint now) {
  const auto expect = [](bool known, const std::string& item) {
    if (!known) throw DecodeError("\"" + item.substr(0, 100) + "\" is not an item of this request");
  };
  if (const auto* started = std::get_if<StartedAnswer>(&answer)) {
    expect(current_->start(started->item, now), started->item);
    if (progress_.started) progress_.started(results_.facts().index, started->item);
  } else if (auto* feature = std::get_if<FeatureResult>(&answer)) {
    expect(current_ == &features_ && features_.finish(feature->id), feature->id);
    results_.store(std::move(*feature));
  } else if (auto* kernel = std::get_if<KernelResult>(&answer)) {
    expect(current_ == &kernels_ && kernels_.finish(kernel->id), kernel->id);
    results_.store(std::move(*kernel));
  } else if (auto* survey = std::get_if<SurveyResult>(&answer)) {
    expect((current_ == &surveys_ || current_ == &counters_) && current_->finish(survey->id),
           survey->id);
    results_.store(std::move(*survey));
  } else if (auto* row = std::get_if<BenchRow>(&answer)) {
    const std::string item = item_of(*row);
    expect(current_ == &bench_ && bench_.finish(item), item);
    results_.store(std::move(*row));
  } else if (const auto* yardstick = std::get_if<YardstickAnswer>(&answer)) {
    expect(current_ == &bench_ && bench_.finish(yardstick->item), yardstick->item);
    results_.store(yardstick->item, yardstick->yardstick);
  } else if (auto* counted = std::get_if<CountedAnswer>(&answer)) {
    const auto asked = std::ranges::find(counted_, counted->feature);
    expect(current_ == &counters_ && asked != counted_.end() &&
               counted->evidence.kind == EvidenceKind::counted,
           counted->feature);
    counted_.erase(asked);  // one answer each
    results_.add(counted->feature, std::move(counted->evidence));
  } else if (const auto* unusable = std::get_if<UnusableAnswer>(&answer)) {
    results_.facts().problem = unusable->reason;
  } else if (const auto* done = std::get_if<DoneAnswer>(&answer)) {
    on_done(*done, now);
  } else {
    throw DecodeError("the answer does not fit the request");
  }
}

void Seat::on_done(const DoneAnswer& done, TimePoint now) {
  const bool progressed = current_->progressed();
  const std::vector<std::string> left = current_->assignment_ended();
  phase_ = Phase::idle;
  if (results_.facts().problem) {
    give_up(*results_.facts().problem, Status::blocked);
    return;
  }
  if (done.poisoned) {
    note("the worker's GPU context was lost" +
         (results_.ended_badly().empty() ? "" : " after " + joined(results_.ended_badly())) +
         "; a fresh one goes on");
    retire(now, /*kill=*/false);
    if (progressed) {
      strikes_ = 0;
    } else {
      no_progress(make_reason("device_unusable", "the GPU context was lost before any result"));
    }
    return;
  }
  if (!left.empty()) {
    // An orderly end without a result for everything: asking again would bring no more.
    note("the worker gave no result for " + joined(left));
    const Reason reason = make_reason("worker_exited", "it reported the end of its work");
    for (const std::string& item : left) finish_item(item, Status::crashed, reason);
  }
  strikes_ = 0;
}

void Seat::check_clocks(TimePoint now) {
  const auto& in_flight = current_->in_flight();
  const bool late = std::ranges::any_of(in_flight, [&](const ItemQueue::InFlight& entry) {
    return now - entry.since >= item_limit(plan_);
  });
  if (late) {
    broke(Status::timed_out, make_reason("time_out"), "did not answer in time and was killed", now);
  } else if (in_flight.empty() && now - last_event_ >= silence_limit(plan_)) {
    broke(Status::timed_out, make_reason("driver_hung"), "did not answer in time and was killed",
          now);
  }
}

void Seat::broke(Status status, Reason reason, const std::string& what, TimePoint now) {
  const bool progressed = current_->progressed();
  const ItemQueue::Blame blame = current_->worker_broke();
  const std::string end = "the worker " + what;
  if (blame.guilty) {
    note(end + " while it ran " + *blame.guilty + with_words(*worker_));
    finish_item(*blame.guilty, status, reason);
    strikes_ = 0;
  } else if (!blame.suspects.empty()) {
    note(end + " while it ran " + joined(blame.suspects) + "; each is run again alone");
  } else {
    note(end + " with no item under way" + with_words(*worker_));
  }
  retire(now, /*kill=*/true);
  if (!blame.guilty && blame.suspects.empty() && !progressed) {
    if (reason.id == "worker_crashed") reason = make_reason("driver_crashed", what);
    // Starting a hung driver again would only double the wait.
    if (reason.id == "driver_hung") ++strikes_;
    no_progress(reason);
  }
}

void Seat::no_progress(const Reason& reason) {
  serial_next_ = true;
  if (++strikes_ < 2) return;
  if (results_.nothing_ended()) {
    results_.facts().problem = reason;
    give_up(reason, Status::blocked);
  } else {
    give_up(make_reason("not_started", reason.sentence), Status::not_run);
  }
}

void Seat::give_up(const Reason& reason, Status status) {
  for (ItemQueue* queue : {&features_, &kernels_, &surveys_, &bench_, &counters_}) {
    const std::vector<std::string> items = queue->pending();
    current_ = queue;
    for (const std::string& item : items) finish_item(item, status, reason);
  }
  current_ = nullptr;
}

void Seat::finish_item(const std::string& item, Status status, const Reason& reason) {
  current_->drop(item);
  results_.fail(item, status, reason);
}

void Seat::hand_out(TimePoint now) {
  if (features_.finished()) {
    skip_kernels_without_needs();
    skip_bench_without_needs();
  }
  if (&queue() == &counters_ && !counters_.finished()) choose_counted();
  auto assignment = queue().assign();
  if (!assignment) {
    phase_ = Phase::finished;
    return;
  }
  // What a profiler changes in a process, or breaks, must reach nothing else.
  if (&queue() == &counters_) assignment->fresh = true;
  if (!ready_worker(*assignment, now)) return;
  current_ = &queue();
  worker_->send(encode_line(request_for(*assignment)));
  worker_used_ = true;
  last_event_ = now;
  results_.ended_badly().clear();
  phase_ = Phase::working;
}

/// A worker that may take the assignment sits here; false: not yet (one is leaving), or never.
bool Seat::ready_worker(const ItemQueue::Assignment& assignment, TimePoint now) {
  const bool kernels = features_.finished();
  const bool serial = assignment.serial || serial_next_;
  if (worker_) {
    const bool fits = !(assignment.fresh && worker_used_) && (kernels || serial == worker_serial_);
    if (fits) return true;
    retire(now, /*kill=*/false);
    return false;
  }
  try {
    worker_ = std::make_unique<WorkerProcess>(program_);
  } catch (const std::system_error& error) {
    note(std::string(error.what()));
    give_up(make_reason("not_started", error.code().message()), Status::not_run);
    phase_ = Phase::finished;
    return false;
  }
  worker_used_ = false;
  worker_serial_ = serial;
  worker_->send(encode_line(OpenRequest{plan_.libcuda, plan_.seed, results_.facts().index, serial,
                                        plan_.timeout, plan_.bench.has_value()}));
  return true;
}

void Seat::retire(TimePoint now, bool kill) {
  if (kill) {
    worker_->kill();
  } else {
    worker_->close_input();
  }
  retire_killed_ = kill;
  retire_deadline_ = now + leaving_limit;
  phase_ = Phase::retiring;
}

void Seat::watch(std::vector<pollfd>& fds) const {
  if (worker_ && phase_ != Phase::finished) worker_->watch(fds);
}

std::optional<TimePoint> Seat::deadline() const {
  const TimePoint soon = std::chrono::steady_clock::now() + reap_interval;
  switch (phase_) {
    case Phase::finished:
      return std::nullopt;
    case Phase::idle:
      return soon;
    case Phase::retiring:
      return std::min(soon, retire_deadline_);
    case Phase::working:
      break;
  }
  if (worker_->results_closed()) return soon;
  if (current_->in_flight().empty()) return last_event_ + silence_limit(plan_);
  // In the order of their start, so the first is the first to be late.
  return current_->in_flight().front().since + item_limit(plan_);
}

void Seat::interrupt() {
  if (phase_ == Phase::finished) return;
  if (worker_) {
    std::string doing;
    if (current_ != nullptr) {
      for (const auto& entry : current_->in_flight())
        doing += (doing.empty() ? "" : ", ") + entry.item;
    }
    worker_->kill();
    stuck_.push_back({std::move(worker_), doing});
  }
  phase_ = Phase::finished;  // what has no result still says not_run (interrupted)
}

bool Seat::exclusive() const {
  const Fact* mode = find_fact(results_.facts().facts, "compute_mode");
  const auto* text = mode == nullptr ? nullptr : std::get_if<std::string>(&mode->value);
  return text != nullptr && *text == "exclusive_process";
}

bool Seat::gone() {
  return std::ranges::all_of(stuck_,
                             [](const Leaver& l) { return l.process->ended().has_value(); }) &&
         (!worker_ || worker_->ended().has_value());
}

std::vector<std::string> Seat::left() const {
  std::vector<std::string> names;
  for (const Leaver& leaver : stuck_) {
    if (leaver.process->ended()) continue;
    names.push_back("the worker of " + label() +
                    (leaver.doing.empty() ? "" : " (" + leaver.doing + ")"));
  }
  return names;
}

void Seat::leave(bool gracefully) {
  if (!worker_) return;
  if (gracefully) worker_->send(encode_line(QuitRequest{}));
  worker_->close_input();
  if (!gracefully) worker_->detach();
}

ProbedGpu Seat::take_result() { return results_.take(); }

}  // namespace bp
