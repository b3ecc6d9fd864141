#include "cli/supervisor/shared_surveys.h"

#include <optional>
#include <system_error>
#include <thread>

#include "cli/supervisor/seat.h"
#include "probes/registry/reason.h"

namespace bp {
namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

constexpr milliseconds dying_limit{2000};

std::string label(const SurveyRequest& request) {
  std::string text = request.id;
  for (const int gpu : request.gpus)
    text += (gpu == request.gpus.front() ? " of GPU " : " and ") + std::to_string(gpu);
  return text;
}

SurveyResult without_answer(const SurveyRequest& request, Status status, Reason reason) {
  return {.id = request.id, .gpus = request.gpus, .status = status, .reason = std::move(reason)};
}

}  // namespace

std::vector<SurveyResult> SharedSurveys::run(const std::vector<int>& gpus, const Note& note) {
  std::vector<SurveyRequest> requests;
  for (const std::string& id : plan_.pair_surveys) {
    for (std::size_t a = 0; a < gpus.size(); ++a) {
      for (std::size_t b = a + 1; b < gpus.size(); ++b)
        requests.push_back({id, {gpus[a], gpus[b]}});
    }
  }
  for (const std::string& id : plan_.host_surveys) requests.push_back({id, {}});
  std::vector<SurveyResult> results;
  for (const SurveyRequest& request : requests) {
    results.push_back(measure(request, note));
    if (progress_.survey) progress_.survey(results.back());
  }
  if (worker_) {
    worker_->close_input();
    worker_->detach();
  }
  return results;
}

SurveyResult SharedSurveys::measure(const SurveyRequest& request, const Note& note) {
  if (interrupts_.arrived()) interrupted_ = true;
  if (interrupted_) return without_answer(request, Status::not_run, make_reason("interrupted"));
  try {
    return ask(request, note);
  } catch (const std::system_error& error) {
    note(label(request) + ": " + error.what());
    return without_answer(request, Status::not_run, make_reason("not_started", error.what()));
  }
}

SurveyResult SharedSurveys::ask(const SurveyRequest& request, const Note& note) {
  const bool fresh = worker_ == nullptr;
  std::optional<Question> question;
  if (fresh) {
    const int first = request.gpus.empty() ? 0 : request.gpus.front();
    question.emplace(program_, OpenRequest{plan_.libcuda, plan_.seed, first, true, plan_.timeout},
                     request);
  } else {
    question.emplace(std::move(worker_), request);
  }
  // A fresh one starts the driver first.
  const auto limit =
      Clock::now() + item_limit(plan_) + (fresh ? silence_limit(plan_) : milliseconds(0));
  while (question->advance() == Question::State::waiting) {
    if (interrupts_.arrived()) {
      interrupted_ = true;
      give_up(question->take_process(), label(request));
      return without_answer(request, Status::not_run, make_reason("interrupted"));
    }
    if (Clock::now() >= limit) {
      note(label(request) + ": the worker did not answer in time and was killed");
      give_up(question->take_process(), label(request));
      return without_answer(request, Status::timed_out, make_reason("time_out"));
    }
    std::vector<pollfd> fds{{interrupts_.fd(), POLLIN, 0}};
    question->process().watch(fds);
    wait_for(fds, question->needs_reaping() ? Clock::now() + milliseconds(5) : limit);
  }
  if (question->advance() == Question::State::broken) {
    note(label(request) + ": " + question->what());
    give_up(question->take_process(), label(request));
    return without_answer(request, Status::crashed,
                          make_reason("worker_crashed", question->what()));
  }
  if (question->poisoned()) {
    note(label(request) + ": the GPU context was lost");
    give_up(question->take_process(), label(request));
  } else {
    worker_ = question->take_process();
  }
  if (const auto* unusable = question->answer<UnusableAnswer>())
    return without_answer(request, Status::blocked, unusable->reason);
  const auto* answer = question->answer<SurveyResult>();
  if (answer == nullptr || answer->id != request.id) {
    note(label(request) + ": the worker answered something else");
    if (worker_) give_up(std::move(worker_), label(request));
    return without_answer(request, Status::crashed, make_reason("worker_garbage"));
  }
  SurveyResult result = *answer;
  result.gpus = request.gpus;
  return result;
}

void SharedSurveys::give_up(std::unique_ptr<WorkerProcess> process, const std::string& doing) {
  process->kill();
  const auto limit = Clock::now() + dying_limit;
  while (!process->ended() && Clock::now() < limit) std::this_thread::sleep_for(milliseconds(5));
  if (!process->ended()) stuck_.push_back("the worker of " + doing);
}

}  // namespace bp
