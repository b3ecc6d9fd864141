#include "probes/driver/outcome.h"

#include "probes/registry/reason.h"

namespace bp {
namespace {

Reason blocked_by(const DriverError& error) {
  switch (error.code) {
    case CUDA_ERROR_OUT_OF_MEMORY:
      return make_reason("out_of_memory");
    case CUDA_ERROR_LAUNCH_OUT_OF_RESOURCES:
      return make_reason("too_many_resources", error.what());
    case CUDA_ERROR_UNSUPPORTED_PTX_VERSION:
      return make_reason("driver_too_old", error.what());
    case CUDA_ERROR_JIT_COMPILER_NOT_FOUND:
    case CUDA_ERROR_JIT_COMPILATION_DISABLED:
      return make_reason("no_assembler", error.what());
    case CUDA_ERROR_INVALID_PTX:
      return make_reason("refused_otherwise", error.log.empty() ? error.what() : error.log);
    default:
      return make_reason("driver_error", error.what());
  }
}

}  // namespace

std::string driver_name(const Driver& driver) {
  if (const auto version = kernel_driver_version(driver); !version.empty())
    return "driver " + version;
  int version = 0;
  if (driver.api.DriverGetVersion(&version) != CUDA_SUCCESS) return "driver";
  return "driver (CUDA " + std::to_string(version / 1000) + "." +
         std::to_string(version % 1000 / 10) + ")";
}

BadEnd current_bad_end() {
  try {
    throw;
  } catch (const WrongOutput& wrong) {
    return {Status::wrong_result, wrong.reason};
  } catch (const LaunchTimeout& error) {
    return {Status::timed_out, make_reason("time_out", error.what())};
  } catch (const DriverError& error) {
    if (error.sticky()) return {Status::crashed, make_reason("gpu_fault", error.name)};
    return {Status::blocked, blocked_by(error)};
  }
}

}  // namespace bp
