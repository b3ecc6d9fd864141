#include "kernels/check.h"

namespace bp {

KernelResult run_check(const Gpu& gpu, std::string_view id, std::string_view operation,
                       std::string_view path, const std::function<void(KernelResult&)>& decide) {
  KernelResult result;
  result.id = id;
  result.operation = operation;
  result.path = path;
  try {
    gpu.bind();
    decide(result);
    result.status = Status::supported;
  } catch (...) {
    BadEnd bad = current_bad_end();
    result.status = bad.status;
    result.reason = std::move(bad.reason);
  }
  return result;
}

void add_times(const Gpu& gpu, const Kernel& kernel, std::chrono::milliseconds timeout,
               KernelResult& result) {
  if (result.status != Status::supported || !gpu.driver().fake.empty()) return;
  try {
    gpu.bind();
    const std::vector<Figure> figures = kernel.time(gpu, timeout);
    result.figures.insert(result.figures.end(), figures.begin(), figures.end());
  } catch (...) {
    BadEnd bad = current_bad_end();
    if (bad.reason.id == "out_of_memory") return;
    result.status = bad.status;
    result.reason = std::move(bad.reason);
  }
}

}  // namespace bp
