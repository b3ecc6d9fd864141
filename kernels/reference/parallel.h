// A loop over independent items on all host threads.
#pragma once

#include <algorithm>
#include <atomic>
#include <exception>
#include <thread>
#include <vector>

namespace bp {

/// Calls work(i) for each i in [0, count), in any order; rethrows the first exception of any of
/// them.
template <typename Work>
void parallel_for(int count, const Work& work) {
  const int threads = std::min(
      count, static_cast<int>(std::max(1u, std::min(16u, std::thread::hardware_concurrency()))));
  std::atomic<int> next = 0;
  std::vector<std::exception_ptr> errors(static_cast<std::size_t>(std::max(threads, 1)));
  const auto loop = [&](std::exception_ptr& error) {
    try {
      for (int i = next++; i < count; i = next++) work(i);
    } catch (...) {
      error = std::current_exception();
      next = count;
    }
  };
  {
    std::vector<std::jthread> helpers;
    for (int t = 1; t < threads; ++t) {
      helpers.emplace_back([&loop, &error = errors[static_cast<std::size_t>(t)]] { loop(error); });
    }
    loop(errors[0]);
  }
  for (const auto& error : errors) {
    if (error) std::rethrow_exception(error);
  }
}

}  // namespace bp
