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

}  // namespace bp
