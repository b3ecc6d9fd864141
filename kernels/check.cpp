#include "kernels/check.h"

#include <algorithm>

#include "probes/registry/reason.h"

namespace bp {
namespace {

Comparison compare_or_throw(const std::string& shape, const std::string& name,
                            std::span<const double> actual, std::span<const double> expected,
                            const CompareLimits& limits) {
  Comparison seen = compare(actual, expected, limits);
  if (!seen.equal) {
    throw WrongOutput(make_reason("wrong_value", shape + ", " + name + ": " + seen.sentence));
  }
  return seen;
}

}  // namespace

void expect_equal(const std::string& shape, const std::string& name, std::span<const double> actual,
                  std::span<const double> expected, const CompareLimits& limits) {
  compare_or_throw(shape, name, actual, expected, limits);
}

void CheckRecord::add(EvidenceKind kind, std::string text) {
  result_.evidence.push_back(
      {kind, false, driver_name(gpu_.driver()), target_, std::move(text), std::nullopt, {}});
}

void CheckRecord::raise(const std::string& name, double value) {
  const auto found = std::ranges::find(result_.figures, name, &Figure::name);
  if (found == result_.figures.end()) {
    result_.figures.push_back({name, value, ""});
  } else {
    found->value = std::max(found->value, value);
  }
}

void CheckRecord::loaded(const ModuleImage& image) {
  target_ = to_string(image.target);
  add(EvidenceKind::loaded, image.text);
}

void CheckRecord::launched() {
  if (launched_) return;
  launched_ = true;
  add(EvidenceKind::launched, "launched and ended");
}

void CheckRecord::expect_equal(const std::string& shape, const std::string& name,
                               std::span<const double> actual, std::span<const double> expected,
                               const CompareLimits& limits) {
  const Comparison seen = compare_or_throw(shape, name, actual, expected, limits);
  const std::string prefix = name == "out" ? "" : name + "_";
  raise(prefix + "max_abs_error", seen.max_abs_error);
  if (limits.cos_diff >= 0) raise(prefix + "cos_diff", seen.cos_diff);
  values_ += actual.size();
}

void CheckRecord::verified(const std::string& fault) {
  add(EvidenceKind::verified, std::to_string(values_) +
                                  " values equal the double-precision reference; planted fault "
                                  "caught: " +
                                  fault);
}

KernelResult run_check(const Gpu& gpu, const Kernel& kernel, ComputeCapability smallest,
                       const std::function<void(CheckRecord&)>& decide) {
  KernelResult result;
  result.id = kernel.id;
  result.operation = kernel.operation;
  result.path = kernel.path;
  if (gpu.cc() < smallest) {
    result.status = Status::not_run;
    result.reason = make_reason("need_missing", "it needs compute capability " +
                                                    std::to_string(smallest.major) + "." +
                                                    std::to_string(smallest.minor));
    return result;
  }
  try {
    gpu.bind();
    CheckRecord record(gpu, result);
    decide(record);
    result.status = Status::supported;
  } catch (...) {
    BadEnd bad = current_bad_end();
    result.status = bad.status;
    result.reason = std::move(bad.reason);
  }
  return result;
}

void expect_caught(bool caught, const std::string& fault) {
  if (!caught) throw WrongOutput(make_reason("fault_not_caught", fault));
}

void add_times(const Gpu& gpu, const Kernel& kernel, std::chrono::milliseconds timeout,
               KernelResult& result) {
  if (result.status != Status::supported || kernel.time == nullptr || !gpu.driver().fake.empty()) {
    return;
  }
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
