#include "cli/supervisor/question.h"

#include <algorithm>

namespace bp {

Question::Question(const WorkerProgram& program, const OpenRequest& open, const Request& request)
    : process_(std::make_unique<WorkerProcess>(program)) {
  process_->send(encode_line(open));
  process_->send(encode_line(request));
}

Question::Question(std::unique_ptr<WorkerProcess> process, const Request& request)
    : process_(std::move(process)) {
  process_->send(encode_line(request));
}

Question::State Question::advance() {
  if (state_ != State::waiting) return state_;
  process_->pump();
  while (const auto line = process_->next_line()) {
    try {
      Answer answer = decode_answer(*line);
      if (const auto* done = std::get_if<DoneAnswer>(&answer)) {
        poisoned_ = done->poisoned;
        if (answer_) return state_ = State::answered;
        throw DecodeError("the end came without an answer");
      }
      answer_ = std::move(answer);
    } catch (const DecodeError& error) {
      what_ = std::string("the worker sent garbage: ") + error.what();
      return state_ = State::broken;
    }
  }
  if (process_->overlong()) {
    what_ = "the worker sent garbage: a line without an end";
    return state_ = State::broken;
  }
  if (process_->results_closed()) {
    if (const auto end = process_->ended()) {
      const std::string words = process_->last_words();
      what_ = "the worker " + to_string(*end) +
              (words.empty() ? "" : "; it last printed \"" + words + "\"");
      return state_ = State::broken;
    }
  }
  return State::waiting;
}

void wait_for(std::vector<pollfd>& fds, std::chrono::steady_clock::time_point until) {
  using namespace std::chrono;
  const auto left = ceil<milliseconds>(until - steady_clock::now()).count();
  poll(fds.data(), fds.size(), static_cast<int>(std::clamp<std::int64_t>(left, 0, 3'600'000)));
}

}  // namespace bp
