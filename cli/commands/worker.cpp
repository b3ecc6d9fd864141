#include "cli/commands/worker.h"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <exception>
#include <memory>
#include <optional>
#include <string>

#include "cli/supervisor/protocol.h"
#include "kernels/bench/session.h"
#include "kernels/check.h"
#include "kernels/kernel.h"
#include "probes/counters/counters.h"
#include "probes/driver/unusable.h"
#include "probes/engine/engine.h"

namespace bp {
namespace {

/// Requests, one line each, from standard input.
class Requests {
 public:
  /// nullopt: end of input.
  std::optional<std::string> next() {
    while (true) {
      if (const auto newline = buffer_.find('\n'); newline != std::string::npos) {
        std::string line = buffer_.substr(0, newline);
        buffer_.erase(0, newline + 1);
        return line;
      }
      std::array<char, 65536> chunk{};
      const ssize_t got = read(STDIN_FILENO, chunk.data(), chunk.size());
      if (got < 0 && errno == EINTR) continue;
      if (got <= 0) return std::nullopt;
      buffer_.append(chunk.data(), static_cast<std::size_t>(got));
      if (buffer_.size() > longest_line) return std::nullopt;
    }
  }

 private:
  std::string buffer_;
};

/// Ends this process where it stands: destructors of a broken CUDA context may hang.
[[noreturn]] void leave(int status) { _exit(status); }

void answer(const Answer& what) {
  const std::string line = encode_line(what) + '\n';
  for (std::size_t sent = 0; sent < line.size();) {
    const ssize_t wrote = write(result_fd, line.data() + sent, line.size() - sent);
    if (wrote < 0 && errno == EINTR) continue;
    if (wrote <= 0) leave(0);  // nobody listens any more
    sent += static_cast<std::size_t>(wrote);
  }
}

class Worker {
 public:
  /// false: leave in order.
  bool serve(const Request& request) {
    if (std::holds_alternative<QuitRequest>(request)) return false;
    if (const auto* open = std::get_if<OpenRequest>(&request)) {
      options_ = {open->libcuda, open->seed, open->gpu, open->serial, open->lazy, open->timeout};
      return true;
    }
    if (std::holds_alternative<NvmlRequest>(request)) {
      nvml();
    } else if (std::holds_alternative<EnumerateRequest>(request)) {
      // Twice: what was loaded must be known even if cuInit does not come back.
      answer(engine().load());
      answer(engine().enumerate());
    } else if (const auto* features = std::get_if<FeaturesRequest>(&request)) {
      engine().run_features(features->ids,
                            {[](const std::string& feature) { answer(StartedAnswer{feature}); },
                             [](const FeatureResult& result) { answer(result); }},
                            {.quick = features->quick, .rates = features->rates});
      say_if_unusable();
    } else if (const auto* kernel = std::get_if<KernelRequest>(&request)) {
      check(*kernel);
    } else if (const auto* survey = std::get_if<SurveyRequest>(&request)) {
      measure(*survey);
    } else if (const auto* bench = std::get_if<BenchRequest>(&request)) {
      time(*bench);
    }
    answer(DoneAnswer{poisoned_ || (engine_ && engine_->poisoned())});
    return true;
  }

 private:
  Engine& engine() {
    if (!engine_) engine_.emplace(options_);
    return *engine_;
  }

  void nvml() {
    const NvmlFacts facts = read_nvml();
    NvmlAnswer message{facts.driver_version, facts.problem, {}};
    for (const auto& gpu : facts.gpus) message.gpus.push_back({gpu.uuid, gpu.facts});
    answer(message);
  }

  void say_if_unusable() {
    if (engine().poisoned()) return;
    try {
      engine().gpu();
    } catch (const Unusable& unusable) {
      answer(UnusableAnswer{unusable.reason});
    }
  }

  void check(const KernelRequest& request) {
    const Kernel* kernel = find_kernel(request.id);
    if (kernel == nullptr) throw DecodeError("no kernel is called \"" + request.id + "\"");
    try {
      const Gpu& gpu = engine().gpu();
      answer(StartedAnswer{request.id});
      KernelResult result = kernel->check(gpu, Tuning::free, options_.seed, options_.timeout);
      if (request.timed) add_times(gpu, *kernel, options_.timeout, result);
      poisoned_ = poisoned_by(result.status);
      answer(result);
    } catch (const Unusable& unusable) {
      answer(UnusableAnswer{unusable.reason});
    }
  }

  void measure(const SurveyRequest& request) {
    if (find_survey(request.id) == nullptr)
      throw DecodeError("no survey is called \"" + request.id + "\"");
    answer(StartedAnswer{request.id});
    try {
      const SurveyResult result = request.id == counters_survey
                                      ? count(request.features)
                                      : engine().measure(request.id, request.gpus);
      poisoned_ = poisoned_by(result.status);
      answer(result);
    } catch (const Unusable& unusable) {
      answer(UnusableAnswer{unusable.reason});
    }
  }

  void time(const BenchRequest& request) {
    try {
      const Gpu& gpu = engine().gpu();
      if (!bench_) bench_.emplace(gpu);
      answer(StartedAnswer{request.item});
      const bench::Settings settings{options_.seed, options_.timeout, request.warm,
                                     request.least_seconds};
      if (request.kernel.empty()) {
        const BenchYardstick result = bench_->yardstick(request.yardstick, settings);
        poisoned_ = poisoned_by(result.status);
        answer(YardstickAnswer{request.item, result});
        return;
      }
      const Kernel* kernel = find_kernel(request.kernel);
      if (kernel == nullptr) throw DecodeError("no kernel is called \"" + request.kernel + "\"");
      const BenchRow row =
          bench_->row(*kernel, request.shape,
                      request.tuning == "portable" ? Tuning::portable : Tuning::free, settings);
      poisoned_ = poisoned_by(row.status);
      answer(row);
    } catch (const Unusable& unusable) {
      answer(UnusableAnswer{unusable.reason});
    }
  }

  /// A launch that never ended or a lost context: nothing after it can be trusted.
  bool poisoned_by(Status status) const {
    return engine_->poisoned() || status == Status::timed_out || status == Status::crashed;
  }

  SurveyResult count(const std::vector<std::string>& features) {
    return count_instructions(engine(), options_, features,
                              [](const std::string& feature, const Evidence& evidence) {
                                answer(CountedAnswer{feature, evidence});
                              });
  }

  EngineOptions options_;
  std::optional<Engine> engine_;
  std::optional<bench::Session> bench_;
  bool poisoned_ = false;
};

}  // namespace

int run_worker() {
  if (fcntl(result_fd, F_GETFD) < 0) {
    std::fputs("blackwell-probe: __worker is started by blackwell-probe itself; use \"run\".\n",
               stderr);
    return 2;
  }
  try {
    Requests requests;
    // Never destroyed on the fast way out, see leave().
    auto worker = std::make_unique<Worker>();
    while (const auto line = requests.next()) {
      if (!worker->serve(decode_request(*line))) return 0;
    }
  } catch (const std::exception& error) {
    std::fprintf(stderr, "%s\n", error.what());
    leave(4);
  }
  leave(0);
}

}  // namespace bp
