// A libcupti for the fake driver: every chip is GH100, and the variable BLACKWELL_PROBE_FAKE_CUPTI
// says how it behaves. Without it each range has counted 1000, 2000, ... of its metrics in turn.
//   denied      as a driver that lets administrators alone read counters
//   CODE        answers with this code where the profiler is enabled
//   unsupported a virtual GPU
//   crash, hang where the profiler is enabled
//   no_names    knows no metric
// Prototypes and structures are those of CUPTI's own headers.
#include <cupti_profiler_host.h>
#include <cupti_profiler_target.h>
#include <cupti_range_profiler.h>
#include <cupti_result.h>
#include <cupti_target.h>
#include <cupti_version.h>

#include <chrono>
#include <cstdlib>
#include <cstring>
#include <string>
#include <string_view>
#include <thread>

namespace {

std::string_view behaviour() {
  const char* value = std::getenv("BLACKWELL_PROBE_FAKE_CUPTI");
  return value == nullptr ? std::string_view{} : std::string_view(value);
}

// What the image of a configuration or of counters holds is the library's own business.
constexpr std::size_t image_bytes = 16;

/// Ranges of the one session of a process.
struct Session {
  std::size_t ranges = 0;
  bool open = false;
};
Session& session() {
  static Session only;
  return only;
}

template <typename T>
T* handle() {
  return reinterpret_cast<T*>(&session());
}

}  // namespace

extern "C" {

const char* blackwell_probe_fake_cupti() { return "GH100"; }

CUptiResult CUPTIAPI cuptiGetVersion(uint32_t* version) {
  *version = 130000;
  return CUPTI_SUCCESS;
}
CUptiResult CUPTIAPI cuptiGetResultString(CUptiResult result, const char** text) {
  *text = result == CUPTI_ERROR_INSUFFICIENT_PRIVILEGES ? "CUPTI_ERROR_INSUFFICIENT_PRIVILEGES"
                                                        : "CUPTI_ERROR_OTHER";
  return CUPTI_SUCCESS;
}
CUptiResult CUPTIAPI cuptiDeviceGetChipName(CUpti_Device_GetChipName_Params* parameters) {
  parameters->pChipName = "GH100";
  return CUPTI_SUCCESS;
}
CUptiResult CUPTIAPI cuptiProfilerInitialize(CUpti_Profiler_Initialize_Params*) {
  return CUPTI_SUCCESS;
}
CUptiResult CUPTIAPI
cuptiProfilerDeviceSupported(CUpti_Profiler_DeviceSupported_Params* parameters) {
  const auto good = CUPTI_PROFILER_CONFIGURATION_SUPPORTED;
  const bool virtual_gpu = behaviour() == "unsupported";
  parameters->architecture = parameters->sli = parameters->confidentialCompute = good;
  parameters->cmp = parameters->wsl = good;
  parameters->vGpu = virtual_gpu ? CUPTI_PROFILER_CONFIGURATION_DISABLED : good;
  parameters->isSupported = virtual_gpu ? CUPTI_PROFILER_CONFIGURATION_UNSUPPORTED : good;
  return CUPTI_SUCCESS;
}
CUptiResult CUPTIAPI
cuptiProfilerGetCounterAvailability(CUpti_Profiler_GetCounterAvailability_Params* parameters) {
  parameters->counterAvailabilityImageSize = image_bytes;
  return CUPTI_SUCCESS;
}

CUptiResult CUPTIAPI
cuptiProfilerHostInitialize(CUpti_Profiler_Host_Initialize_Params* parameters) {
  parameters->pHostObject = handle<CUpti_Profiler_Host_Object>();
  return CUPTI_SUCCESS;
}
CUptiResult CUPTIAPI cuptiProfilerHostDeinitialize(CUpti_Profiler_Host_Deinitialize_Params*) {
  return CUPTI_SUCCESS;
}
CUptiResult CUPTIAPI
cuptiProfilerHostGetSupportedChips(CUpti_Profiler_Host_GetSupportedChips_Params* parameters) {
  static const char* const chips[] = {"GH100"};
  parameters->numChips = 1;
  parameters->ppChipNames = chips;
  return CUPTI_SUCCESS;
}
CUptiResult CUPTIAPI
cuptiProfilerHostGetMetricProperties(CUpti_Profiler_Host_GetMetricProperties_Params* parameters) {
  parameters->pDescription = "of the fake CUPTI";
  return CUPTI_SUCCESS;
}
CUptiResult CUPTIAPI
cuptiProfilerHostConfigAddMetrics(CUpti_Profiler_Host_ConfigAddMetrics_Params* parameters) {
  if (behaviour() == "no_names") return CUPTI_ERROR_INVALID_METRIC_NAME;
  for (std::size_t i = 0; i < parameters->numMetrics; ++i) {
    const std::string_view name(parameters->ppMetricNames[i]);
    if (!name.starts_with("sm__") || !name.ends_with(".sum"))
      return CUPTI_ERROR_INVALID_METRIC_NAME;
  }
  return CUPTI_SUCCESS;
}
CUptiResult CUPTIAPI
cuptiProfilerHostGetConfigImageSize(CUpti_Profiler_Host_GetConfigImageSize_Params* parameters) {
  parameters->configImageSize = image_bytes;
  return CUPTI_SUCCESS;
}
CUptiResult CUPTIAPI
cuptiProfilerHostGetConfigImage(CUpti_Profiler_Host_GetConfigImage_Params* parameters) {
  std::memset(parameters->pConfigImage, 1, parameters->configImageSize);
  return CUPTI_SUCCESS;
}
CUptiResult CUPTIAPI
cuptiProfilerHostGetNumOfPasses(CUpti_Profiler_Host_GetNumOfPasses_Params* parameters) {
  parameters->numOfPasses = 1;
  return CUPTI_SUCCESS;
}
CUptiResult CUPTIAPI
cuptiProfilerHostEvaluateToGpuValues(CUpti_Profiler_Host_EvaluateToGpuValues_Params* parameters) {
  if (parameters->rangeIndex >= session().ranges) return CUPTI_ERROR_INVALID_PARAMETER;
  for (std::size_t i = 0; i < parameters->numMetrics; ++i)
    parameters->pMetricValues[i] = 1000 * static_cast<double>(i + 1);
  return CUPTI_SUCCESS;
}

CUptiResult CUPTIAPI cuptiRangeProfilerEnable(CUpti_RangeProfiler_Enable_Params* parameters) {
  const std::string how(behaviour());
  if (how == "crash") std::abort();
  while (how == "hang") std::this_thread::sleep_for(std::chrono::hours(1));
  if (how == "denied") return CUPTI_ERROR_INSUFFICIENT_PRIVILEGES;
  if (const int code = std::atoi(how.c_str()); code != 0) return static_cast<CUptiResult>(code);
  if (parameters->ctx == nullptr) return CUPTI_ERROR_INVALID_CONTEXT;
  parameters->pRangeProfilerObject = handle<CUpti_RangeProfiler_Object>();
  return CUPTI_SUCCESS;
}
CUptiResult CUPTIAPI cuptiRangeProfilerDisable(CUpti_RangeProfiler_Disable_Params*) {
  return CUPTI_SUCCESS;
}
CUptiResult CUPTIAPI
cuptiRangeProfilerGetCounterDataSize(CUpti_RangeProfiler_GetCounterDataSize_Params* parameters) {
  parameters->counterDataSize = image_bytes * parameters->maxNumOfRanges;
  return CUPTI_SUCCESS;
}
CUptiResult CUPTIAPI cuptiRangeProfilerCounterDataImageInitialize(
    CUpti_RangeProfiler_CounterDataImage_Initialize_Params* parameters) {
  std::memset(parameters->pCounterData, 0, parameters->counterDataSize);
  return CUPTI_SUCCESS;
}
CUptiResult CUPTIAPI cuptiRangeProfilerSetConfig(CUpti_RangeProfiler_SetConfig_Params* parameters) {
  const bool usual = parameters->range == CUPTI_UserRange &&
                     parameters->replayMode == CUPTI_UserReplay &&
                     parameters->numNestingLevels == 1 && parameters->maxRangesPerPass > 0;
  return usual ? CUPTI_SUCCESS : CUPTI_ERROR_INVALID_PARAMETER;
}
CUptiResult CUPTIAPI cuptiRangeProfilerStart(CUpti_RangeProfiler_Start_Params*) {
  session() = {};
  return CUPTI_SUCCESS;
}
CUptiResult CUPTIAPI cuptiRangeProfilerPushRange(CUpti_RangeProfiler_PushRange_Params*) {
  if (session().open) return CUPTI_ERROR_INVALID_OPERATION;
  session().open = true;
  return CUPTI_SUCCESS;
}
CUptiResult CUPTIAPI cuptiRangeProfilerPopRange(CUpti_RangeProfiler_PopRange_Params*) {
  if (!session().open) return CUPTI_ERROR_INVALID_OPERATION;
  session().open = false;
  ++session().ranges;
  return CUPTI_SUCCESS;
}
CUptiResult CUPTIAPI cuptiRangeProfilerStop(CUpti_RangeProfiler_Stop_Params* parameters) {
  parameters->isAllPassSubmitted = 1;
  return session().open ? CUPTI_ERROR_INVALID_OPERATION : CUPTI_SUCCESS;
}
CUptiResult CUPTIAPI
cuptiRangeProfilerDecodeData(CUpti_RangeProfiler_DecodeData_Params* parameters) {
  parameters->numOfRangeDropped = 0;
  return CUPTI_SUCCESS;
}
CUptiResult CUPTIAPI
cuptiRangeProfilerGetCounterDataInfo(CUpti_RangeProfiler_GetCounterDataInfo_Params* parameters) {
  parameters->numTotalRanges = session().ranges;
  return CUPTI_SUCCESS;
}

}  // extern "C"
