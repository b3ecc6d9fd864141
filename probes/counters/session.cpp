// The order of the calls: CUPTI documentation, "Range Profiling API" and "Profiler Host API".
#include "probes/counters/session.h"

#include <cstddef>

#include "probes/registry/reason.h"
#include "probes/survey/survey.h"

namespace bp {
namespace {

// CUPTI refuses a structure that is larger than the one it was built with, so it is told of the
// members up to the last one that CUDA 12.6 had, whatever newer headers add behind it.
#define BP_CUPTI_PARAMETERS(type, last)                                \
  [] {                                                                 \
    type parameters{};                                                 \
    parameters.structSize = offsetof(type, last) + sizeof(type::last); \
    return parameters;                                                 \
  }()

void check(const CuptiApi& api, CUptiResult result, const char* call) {
  if (result != CUPTI_SUCCESS) throw CuptiError(api, call, result);
}

std::string name_of(const CuptiApi& api, CUptiResult code) {
  const char* name = nullptr;
  if (api.GetResultString(code, &name) != CUPTI_SUCCESS || name == nullptr) name = "unknown error";
  return name;
}

/// The first part of the GPU's set-up that forbids it.
const char* obstacle(const CUpti_Profiler_DeviceSupported_Params& support) {
  const auto bad = [](CUpti_Profiler_Support_Level level) {
    return level == CUPTI_PROFILER_CONFIGURATION_UNSUPPORTED ||
           level == CUPTI_PROFILER_CONFIGURATION_DISABLED;
  };
  if (bad(support.architecture)) return "its architecture is older than compute capability 7.0";
  if (bad(support.vGpu)) return "it is a virtual GPU, and the hypervisor does not allow profiling";
  if (bad(support.confidentialCompute)) return "confidential computing is on";
  if (bad(support.cmp)) return "it is a CMP (mining) device";
  if (bad(support.wsl)) return "WSL without profiling";
  if (bad(support.sli)) return "SLI is on";
  return "CUPTI does not say why";
}

}  // namespace

CuptiError::CuptiError(const CuptiApi& api, const char* call, CUptiResult result)
    : std::runtime_error(std::string(call) + ": " + name_of(api, result) + " (" +
                         std::to_string(static_cast<int>(result)) + ")"),
      code(result) {}

// Codes by number: the newer ones have no name in older headers (cupti_result.h of CUDA 13.0).
Reason reason_of(const CuptiError& error) {
  const auto unavailable = [&](const std::string& why) {
    return make_reason("counters_unavailable", why + " (" + error.what() + ")");
  };
  switch (static_cast<int>(error.code)) {
    case 35:  // CUPTI_ERROR_INSUFFICIENT_PRIVILEGES
      return make_reason("counters_denied", error.what());
    case 26:  // CUPTI_ERROR_HARDWARE_BUSY
    case 36:  // CUPTI_ERROR_OLD_PROFILER_API_INITIALIZED
    case 39:  // CUPTI_ERROR_MULTIPLE_SUBSCRIBERS_NOT_SUPPORTED
      return make_reason("counters_in_use", error.what());
    case 33:  // CUPTI_ERROR_VIRTUALIZED_DEVICE_NOT_SUPPORTED
      return unavailable("it is a virtual GPU");
    case 40:  // CUPTI_ERROR_VIRTUALIZED_DEVICE_INSUFFICIENT_PRIVILEGES
      return unavailable("it is a virtual GPU, and the hypervisor does not allow profiling");
    case 41:  // CUPTI_ERROR_CONFIDENTIAL_COMPUTING_NOT_SUPPORTED
      return unavailable("confidential computing is on");
    case 42:  // CUPTI_ERROR_CMP_DEVICE_NOT_SUPPORTED
      return unavailable("it is a CMP (mining) device");
    case 43:  // CUPTI_ERROR_MIG_DEVICE_NOT_SUPPORTED
      return unavailable("it is a MIG instance that shares its counters");
    case 44:  // CUPTI_ERROR_SLI_DEVICE_NOT_SUPPORTED
      return unavailable("SLI is on");
    case 45:  // CUPTI_ERROR_WSL_DEVICE_NOT_SUPPORTED
      return unavailable("WSL without profiling");
    case 46:  // CUPTI_ERROR_INVALID_CHIP_NAME
      return make_reason("counters_unknown_chip", error.what());
    default:
      return make_reason("cupti_error", error.what());
  }
}

std::string chip_of(const Cupti& cupti, const Gpu& gpu) {
  const CuptiApi& api = cupti.api;
  auto initialize = BP_CUPTI_PARAMETERS(CUpti_Profiler_Initialize_Params, pPriv);
  check(api, api.ProfilerInitialize(&initialize), "cuptiProfilerInitialize");
  auto support = BP_CUPTI_PARAMETERS(CUpti_Profiler_DeviceSupported_Params, api);
  support.cuDevice = gpu.device();
  support.api = CUPTI_PROFILER_RANGE_PROFILING;
  check(api, api.ProfilerDeviceSupported(&support), "cuptiProfilerDeviceSupported");
  if (support.isSupported != CUPTI_PROFILER_CONFIGURATION_SUPPORTED)
    throw Stop{Status::blocked, make_reason("counters_unavailable", obstacle(support))};
  auto chip = BP_CUPTI_PARAMETERS(CUpti_Device_GetChipName_Params, pChipName);
  chip.deviceIndex = static_cast<std::size_t>(gpu.device());
  check(api, api.DeviceGetChipName(&chip), "cuptiDeviceGetChipName");
  return chip.pChipName == nullptr ? std::string{} : std::string(chip.pChipName);
}

std::vector<std::uint8_t> availability_of(const CuptiApi& api, const Gpu& gpu) {
  auto ask =
      BP_CUPTI_PARAMETERS(CUpti_Profiler_GetCounterAvailability_Params, pCounterAvailabilityImage);
  ask.ctx = gpu.context();
  check(api, api.ProfilerGetCounterAvailability(&ask), "cuptiProfilerGetCounterAvailability");
  std::vector<std::uint8_t> image(ask.counterAvailabilityImageSize);
  ask.pCounterAvailabilityImage = image.data();
  check(api, api.ProfilerGetCounterAvailability(&ask), "cuptiProfilerGetCounterAvailability");
  return image;
}

MetricPlan::MetricPlan(const CuptiApi& api, const std::string& chip,
                       std::span<const std::uint8_t> availability,
                       std::span<const std::string> metrics)
    : api_(api) {
  for (const std::string& metric : metrics) names_.push_back(metric.c_str());
  while (true) {
    try {
      if (configure(chip, availability)) return;
    } catch (const CuptiError&) {
      if (names_.size() <= 1) throw;
    }
    if (names_.size() <= 1)
      throw CuptiError(api_, "cuptiProfilerHostGetNumOfPasses: more than one pass",
                       CUPTI_ERROR_MAX_LIMIT_REACHED);
    names_.pop_back();
  }
}

bool MetricPlan::configure(const std::string& chip, std::span<const std::uint8_t> availability) {
  // Metrics are only ever added to an object, so each attempt has its own.
  auto initialize = BP_CUPTI_PARAMETERS(CUpti_Profiler_Host_Initialize_Params, pHostObject);
  initialize.profilerType = CUPTI_PROFILER_TYPE_RANGE_PROFILER;
  initialize.pChipName = chip.c_str();
  initialize.pCounterAvailabilityImage = availability.empty() ? nullptr : availability.data();
  check(api_, api_.ProfilerHostInitialize(&initialize), "cuptiProfilerHostInitialize");
  if (host_ != nullptr) {
    auto end = BP_CUPTI_PARAMETERS(CUpti_Profiler_Host_Deinitialize_Params, pHostObject);
    end.pHostObject = host_;
    api_.ProfilerHostDeinitialize(&end);
  }
  host_ = initialize.pHostObject;
  auto add = BP_CUPTI_PARAMETERS(CUpti_Profiler_Host_ConfigAddMetrics_Params, numMetrics);
  add.pHostObject = host_;
  add.ppMetricNames = names_.data();
  add.numMetrics = names_.size();
  check(api_, api_.ProfilerHostConfigAddMetrics(&add), "cuptiProfilerHostConfigAddMetrics");
  auto size = BP_CUPTI_PARAMETERS(CUpti_Profiler_Host_GetConfigImageSize_Params, configImageSize);
  size.pHostObject = host_;
  check(api_, api_.ProfilerHostGetConfigImageSize(&size), "cuptiProfilerHostGetConfigImageSize");
  image_.assign(size.configImageSize, 0);
  auto get = BP_CUPTI_PARAMETERS(CUpti_Profiler_Host_GetConfigImage_Params, pConfigImage);
  get.pHostObject = host_;
  get.configImageSize = image_.size();
  get.pConfigImage = image_.data();
  check(api_, api_.ProfilerHostGetConfigImage(&get), "cuptiProfilerHostGetConfigImage");
  auto passes = BP_CUPTI_PARAMETERS(CUpti_Profiler_Host_GetNumOfPasses_Params, numOfPasses);
  passes.configImageSize = image_.size();
  passes.pConfigImage = image_.data();
  check(api_, api_.ProfilerHostGetNumOfPasses(&passes), "cuptiProfilerHostGetNumOfPasses");
  return passes.numOfPasses == 1;
}

std::string MetricPlan::description(const std::string& metric) const {
  auto ask = BP_CUPTI_PARAMETERS(CUpti_Profiler_Host_GetMetricProperties_Params, metricType);
  ask.pHostObject = host_;
  ask.pMetricName = metric.c_str();
  check(api_, api_.ProfilerHostGetMetricProperties(&ask), "cuptiProfilerHostGetMetricProperties");
  return ask.pDescription == nullptr ? std::string{} : std::string(ask.pDescription);
}

MetricPlan::~MetricPlan() {
  if (host_ == nullptr) return;
  auto end = BP_CUPTI_PARAMETERS(CUpti_Profiler_Host_Deinitialize_Params, pHostObject);
  end.pHostObject = host_;
  api_.ProfilerHostDeinitialize(&end);
}

RangeSession::RangeSession(const CuptiApi& api, const Gpu& gpu, MetricPlan& plan,
                           std::size_t ranges)
    : api_(api), plan_(plan) {
  auto enable = BP_CUPTI_PARAMETERS(CUpti_RangeProfiler_Enable_Params, pRangeProfilerObject);
  enable.ctx = gpu.context();
  check(api_, api_.RangeProfilerEnable(&enable), "cuptiRangeProfilerEnable");
  profiler_ = enable.pRangeProfilerObject;
  auto size = BP_CUPTI_PARAMETERS(CUpti_RangeProfiler_GetCounterDataSize_Params, counterDataSize);
  size.pRangeProfilerObject = profiler_;
  size.pMetricNames = plan_.names().data();
  size.numMetrics = plan_.size();
  size.maxNumOfRanges = ranges;
  size.maxNumRangeTreeNodes = static_cast<std::uint32_t>(ranges);
  check(api_, api_.RangeProfilerGetCounterDataSize(&size), "cuptiRangeProfilerGetCounterDataSize");
  counters_.assign(size.counterDataSize, 0);
  auto initialize =
      BP_CUPTI_PARAMETERS(CUpti_RangeProfiler_CounterDataImage_Initialize_Params, pCounterData);
  initialize.pRangeProfilerObject = profiler_;
  initialize.counterDataSize = counters_.size();
  initialize.pCounterData = counters_.data();
  check(api_, api_.RangeProfilerCounterDataImageInitialize(&initialize),
        "cuptiRangeProfilerCounterDataImageInitialize");
  auto configure = BP_CUPTI_PARAMETERS(CUpti_RangeProfiler_SetConfig_Params, targetNestingLevel);
  configure.pRangeProfilerObject = profiler_;
  configure.configSize = plan_.image().size();
  configure.pConfig = plan_.image().data();
  configure.counterDataImageSize = counters_.size();
  configure.pCounterDataImage = counters_.data();
  configure.range = CUPTI_UserRange;
  configure.replayMode = CUPTI_UserReplay;
  configure.maxRangesPerPass = ranges;
  configure.numNestingLevels = 1;
  configure.minNestingLevel = 1;
  configure.passIndex = 0;
  configure.targetNestingLevel = 1;
  check(api_, api_.RangeProfilerSetConfig(&configure), "cuptiRangeProfilerSetConfig");
  auto start = BP_CUPTI_PARAMETERS(CUpti_RangeProfiler_Start_Params, pRangeProfilerObject);
  start.pRangeProfilerObject = profiler_;
  check(api_, api_.RangeProfilerStart(&start), "cuptiRangeProfilerStart");
}

void RangeSession::push(const char* name) {
  auto range = BP_CUPTI_PARAMETERS(CUpti_RangeProfiler_PushRange_Params, pRangeName);
  range.pRangeProfilerObject = profiler_;
  range.pRangeName = name;
  check(api_, api_.RangeProfilerPushRange(&range), "cuptiRangeProfilerPushRange");
  ++pushed_;
}

void RangeSession::pop() {
  auto range = BP_CUPTI_PARAMETERS(CUpti_RangeProfiler_PopRange_Params, pRangeProfilerObject);
  range.pRangeProfilerObject = profiler_;
  check(api_, api_.RangeProfilerPopRange(&range), "cuptiRangeProfilerPopRange");
}

std::vector<std::vector<double>> RangeSession::finish() {
  auto stop = BP_CUPTI_PARAMETERS(CUpti_RangeProfiler_Stop_Params, isAllPassSubmitted);
  stop.pRangeProfilerObject = profiler_;
  check(api_, api_.RangeProfilerStop(&stop), "cuptiRangeProfilerStop");
  if (stop.isAllPassSubmitted == 0)
    throw CuptiError(api_, "cuptiRangeProfilerStop: a pass is missing", CUPTI_ERROR_NOT_READY);
  auto decode = BP_CUPTI_PARAMETERS(CUpti_RangeProfiler_DecodeData_Params, numOfRangeDropped);
  decode.pRangeProfilerObject = profiler_;
  check(api_, api_.RangeProfilerDecodeData(&decode), "cuptiRangeProfilerDecodeData");
  auto info = BP_CUPTI_PARAMETERS(CUpti_RangeProfiler_GetCounterDataInfo_Params, numTotalRanges);
  info.pCounterDataImage = counters_.data();
  info.counterDataImageSize = counters_.size();
  check(api_, api_.RangeProfilerGetCounterDataInfo(&info), "cuptiRangeProfilerGetCounterDataInfo");
  if (decode.numOfRangeDropped != 0 || info.numTotalRanges != pushed_)
    throw CuptiError(api_, "cuptiRangeProfilerGetCounterDataInfo: ranges are missing",
                     CUPTI_ERROR_NOT_READY);
  std::vector<std::vector<double>> all;
  for (std::size_t i = 0; i < pushed_; ++i) {
    std::vector<double> values(plan_.size(), 0);
    auto evaluate =
        BP_CUPTI_PARAMETERS(CUpti_Profiler_Host_EvaluateToGpuValues_Params, pMetricValues);
    evaluate.pHostObject = plan_.host();
    evaluate.pCounterDataImage = counters_.data();
    evaluate.counterDataImageSize = counters_.size();
    evaluate.rangeIndex = i;
    evaluate.ppMetricNames = plan_.names().data();
    evaluate.numMetrics = plan_.size();
    evaluate.pMetricValues = values.data();
    check(api_, api_.ProfilerHostEvaluateToGpuValues(&evaluate),
          "cuptiProfilerHostEvaluateToGpuValues");
    all.push_back(std::move(values));
  }
  auto disable = BP_CUPTI_PARAMETERS(CUpti_RangeProfiler_Disable_Params, pRangeProfilerObject);
  disable.pRangeProfilerObject = profiler_;
  api_.RangeProfilerDisable(&disable);  // what was counted stands
  return all;
}

}  // namespace bp
