// Jobs that may hang, each on a thread of its own, and their results as far as there are any by a
// deadline.
#pragma once

#include <pthread.h>
#include <signal.h>

#include <chrono>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

namespace bp {

template <typename T>
class SideBySide {
 public:
  using Clock = std::chrono::steady_clock;

  /// Starts them. What they use must belong to them: one that hangs outlives everything else here.
  explicit SideBySide(std::vector<std::function<T()>> jobs)
      : shared_(std::make_shared<Shared>(jobs.size())) {
    // The signals of the process are for the thread that waits for them.
    sigset_t all;
    sigset_t before;
    sigfillset(&all);
    pthread_sigmask(SIG_BLOCK, &all, &before);
    for (std::size_t i = 0; i < jobs.size(); ++i) {
      try {
        std::thread(run, shared_, i, std::move(jobs[i])).detach();
      } catch (const std::system_error&) {  // no more threads are allowed here
        done(*shared_, i, std::nullopt);
      }
    }
    pthread_sigmask(SIG_SETMASK, &before, nullptr);
  }

  /// In the order of the jobs; nullopt: it has not ended, or it failed.
  std::vector<std::optional<T>> results(Clock::time_point deadline) const {
    std::unique_lock guard(shared_->lock);
    shared_->changed.wait_until(guard, deadline, [&] { return shared_->running == 0; });
    return shared_->results;
  }

 private:
  struct Shared {
    explicit Shared(std::size_t jobs) : results(jobs), running(jobs) {}
    std::mutex lock;
    std::condition_variable changed;
    std::vector<std::optional<T>> results;
    std::size_t running;
  };

  static void done(Shared& shared, std::size_t job, std::optional<T> result) {
    const std::lock_guard guard(shared.lock);
    shared.results[job] = std::move(result);
    if (--shared.running == 0) shared.changed.notify_all();
  }
  static void run(const std::shared_ptr<Shared>& shared, std::size_t job,
                  const std::function<T()>& work) {
    std::optional<T> result;
    try {
      result = work();
    } catch (...) {  // such as want of memory: nothing of it may end the report
    }
    done(*shared, job, std::move(result));
  }

  std::shared_ptr<Shared> shared_;
};

}  // namespace bp
