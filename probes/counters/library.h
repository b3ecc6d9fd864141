// Where CUPTI is found, and its functions as a table. Only types come from its headers; the library
// is opened with dlopen, by the one worker that counts.
#pragma once

#include <cupti_profiler_host.h>
#include <cupti_profiler_target.h>
#include <cupti_range_profiler.h>
#include <cupti_result.h>
#include <cupti_target.h>
#include <cupti_version.h>

#include <filesystem>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "probes/driver/driver_api.h"

namespace bp {

/// CUPTI functions by their names without "cupti"; none is null after load_cupti.
struct CuptiApi {
  decltype(&::cuptiGetVersion) GetVersion = nullptr;
  decltype(&::cuptiGetResultString) GetResultString = nullptr;
  decltype(&::cuptiDeviceGetChipName) DeviceGetChipName = nullptr;
  decltype(&::cuptiProfilerInitialize) ProfilerInitialize = nullptr;
  decltype(&::cuptiProfilerDeviceSupported) ProfilerDeviceSupported = nullptr;
  decltype(&::cuptiProfilerGetCounterAvailability) ProfilerGetCounterAvailability = nullptr;
  decltype(&::cuptiProfilerHostInitialize) ProfilerHostInitialize = nullptr;
  decltype(&::cuptiProfilerHostDeinitialize) ProfilerHostDeinitialize = nullptr;
  decltype(&::cuptiProfilerHostGetSupportedChips) ProfilerHostGetSupportedChips = nullptr;
  decltype(&::cuptiProfilerHostGetMetricProperties) ProfilerHostGetMetricProperties = nullptr;
  decltype(&::cuptiProfilerHostConfigAddMetrics) ProfilerHostConfigAddMetrics = nullptr;
  decltype(&::cuptiProfilerHostGetConfigImageSize) ProfilerHostGetConfigImageSize = nullptr;
  decltype(&::cuptiProfilerHostGetConfigImage) ProfilerHostGetConfigImage = nullptr;
  decltype(&::cuptiProfilerHostGetNumOfPasses) ProfilerHostGetNumOfPasses = nullptr;
  decltype(&::cuptiProfilerHostEvaluateToGpuValues) ProfilerHostEvaluateToGpuValues = nullptr;
  decltype(&::cuptiRangeProfilerEnable) RangeProfilerEnable = nullptr;
  decltype(&::cuptiRangeProfilerDisable) RangeProfilerDisable = nullptr;
  decltype(&::cuptiRangeProfilerGetCounterDataSize) RangeProfilerGetCounterDataSize = nullptr;
  decltype(&::cuptiRangeProfilerCounterDataImageInitialize)
      RangeProfilerCounterDataImageInitialize = nullptr;
  decltype(&::cuptiRangeProfilerSetConfig) RangeProfilerSetConfig = nullptr;
  decltype(&::cuptiRangeProfilerStart) RangeProfilerStart = nullptr;
  decltype(&::cuptiRangeProfilerPushRange) RangeProfilerPushRange = nullptr;
  decltype(&::cuptiRangeProfilerPopRange) RangeProfilerPopRange = nullptr;
  decltype(&::cuptiRangeProfilerStop) RangeProfilerStop = nullptr;
  decltype(&::cuptiRangeProfilerDecodeData) RangeProfilerDecodeData = nullptr;
  decltype(&::cuptiRangeProfilerGetCounterDataInfo) RangeProfilerGetCounterDataInfo = nullptr;
};

/// A loaded library. It stays open for the life of the process.
struct Cupti {
  CuptiApi api;
  std::string file;
  std::string name;  // for Evidence::by: "CUPTI 13.0 (API 130001)"
};

/// What a process knows of its surroundings, so that tests can make some up.
struct Surroundings {
  std::filesystem::path root = "/";  // stands before every path that is not from a variable
  std::string cuda_home;             // CUDA_HOME, else CUDA_PATH
  std::string virtual_env;           // VIRTUAL_ENV
  std::string conda_prefix;          // CONDA_PREFIX
  std::string path;                  // PATH
  std::string home;                  // HOME

  static Surroundings of_this_process();
};

/// Files of toolkits and wheels that may be CUPTI, the likeliest first, none twice. No library of a
/// major version above `newest_major`: it needs a newer driver.
std::vector<std::filesystem::path> toolkit_cuptis(const Surroundings& here, int newest_major);
std::vector<std::filesystem::path> wheel_cuptis(const Surroundings& here, int newest_major);

/// The names under which the loader is asked.
std::vector<std::string> loader_names(int newest_major);

/// Toolkits first, then what the loader finds, then wheels. With the tests' fake driver only the
/// tests' fake CUPTI, by the loader; it exports `blackwell_probe_fake_cupti`. A Reason (no_cupti,
/// cupti_too_old) where there is none.
std::variant<Cupti, Reason> load_cupti(const Surroundings& here, int newest_major,
                                       bool fake_driver);

/// "13.0 (API 130001)" of what cuptiGetVersion answers.
std::string cupti_version_text(unsigned version);

}  // namespace bp
