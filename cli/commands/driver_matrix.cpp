#include "cli/commands/driver_matrix.h"

#include <algorithm>
#include <chrono>
#include <nlohmann/json.hpp>

#include "probes/registry/codec.h"
#include "probes/registry/reason.h"

namespace bp {
namespace {

using Clock = std::chrono::steady_clock;

/// Of one feature, for all targets; the first waits for the driver to start.
constexpr std::chrono::seconds patience{60};

/// One process, until it ends. Removes from `features` what it judged or broke at.
class Turn {
 public:
  Turn(DriverMatrix& matrix, std::vector<std::string>& features, const WorkerProgram& program)
      : matrix_(matrix), features_(features), process_(program) {}

  void operator()(const Json& request) {
    process_.send(request.dump());
    auto limit = Clock::now() + patience;
    while (true) {
      process_.pump();
      while (const auto line = process_.next_line()) {
        if (!take(*line)) return end("sent what is no answer");
        limit = Clock::now() + patience;
      }
      if (done_) return process_.close_input();
      if (process_.results_closed()) {
        while (!process_.ended() && Clock::now() < limit) poll(nullptr, 0, 5);
        const auto how = process_.ended();
        return end(how ? to_string(*how) : "did not end");
      }
      if (process_.overlong()) return end("sent a line without an end");
      if (Clock::now() >= limit) return end("did not answer in time and was killed");
      std::vector<pollfd> fds;
      process_.watch(fds);
      poll(fds.data(), fds.size(), 500);
    }
  }

 private:
  /// False: nonsense.
  bool take(const std::string& line) {
    try {
      const Json answer = Json::parse(line);
      if (answer.contains("problem")) {
        matrix_.problem = decode_reason(answer["problem"]);
        done_ = true;
      } else if (answer.contains("started")) {
        current_ = answer["started"].get<std::string>();
        return std::ranges::find(features_, current_) != features_.end();
      } else if (answer.contains("ended")) {
        std::erase(features_, current_);
        current_.clear();
        done_ = features_.empty();
      } else {
        matrix_.rows.push_back(decode_matrix_row(answer));
      }
      return true;
    } catch (const std::exception&) {  // of JSON, or DecodeError
      return false;
    }
  }

  void end(const std::string& what) {
    process_.kill();
    const std::string words = process_.last_words();
    const std::string all = "the process that asks the driver " + what +
                            (words.empty() ? "" : "; it last printed \"" + words + "\"");
    if (current_.empty()) {  // not a feature's fault: the next process would fare no better
      matrix_.problem = make_reason("driver_crashed", all);
      return;
    }
    matrix_.not_judged.push_back(current_ + ": " + all);
    std::erase_if(matrix_.rows, [&](const MatrixRow& row) { return row.feature == current_; });
    std::erase(features_, current_);
  }

  DriverMatrix& matrix_;
  std::vector<std::string>& features_;
  WorkerProcess process_;
  std::string current_;
  bool done_ = false;
};

}  // namespace

DriverMatrix judge_with_driver(const std::string& libcuda, const std::vector<std::string>& features,
                               const std::vector<Target>& targets, const WorkerProgram& program) {
  DriverMatrix matrix;
  std::vector<std::string> left = features;
  Json names = Json::array();
  for (const Target target : targets) names.push_back(to_string(target));
  while (!left.empty() && !matrix.problem) {
    Turn(matrix, left, program)({{"libcuda", libcuda}, {"features", left}, {"targets", names}});
  }
  return matrix;
}

}  // namespace bp
