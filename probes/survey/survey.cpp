#include "probes/survey/survey.h"

#include <algorithm>
#include <stdexcept>

#include "probes/driver/problem.h"
#include "probes/survey/embedded.h"
#include "probes/survey/meminfo.h"

namespace bp {
namespace {

constexpr PtxVersion ptx_version{7, 8};  // %clusterid and its kin

bool integrated(const Gpu& gpu) {
  int value = 0;
  return gpu.api().DeviceGetAttribute(&value, CU_DEVICE_ATTRIBUTE_INTEGRATED, gpu.device()) ==
             CUDA_SUCCESS &&
         value != 0;
}

}  // namespace

CUfunction SurveyRun::entry(const Gpu& gpu, std::string_view module, const char* name,
                            Target oldest) {
  gpu.bind();
  const std::string id = "survey." + std::string(module);
  auto found = images_.find({&gpu, id});
  if (found == images_.end()) {
    found = images_
                .emplace(std::pair{&gpu, id},
                         load_module_image(gpu, survey_pack(), id, ptx_version, oldest))
                .first;
    evidence(EvidenceKind::loaded, found->second.text);
  }
  return found->second.module->function(name);
}

std::size_t SurveyRun::affordable(const Gpu& gpu, std::size_t wanted) const {
  std::size_t free = 0;
  std::size_t total = 0;
  gpu.bind();
  gpu.check(api().MemGetInfo(&free, &total), "cuMemGetInfo");
  if (integrated(gpu)) {
    if (const auto available = meminfo(driver(), "MemAvailable"))
      free = std::min<std::size_t>(free, *available);
  }
  return std::min(wanted, free / 20);
}

std::uint64_t SurveyRun::host_available() const {
  return meminfo(driver(), "MemAvailable").value_or(std::uint64_t{1} << 30);
}

void SurveyRun::value(std::string name, FactValue value, std::string unit, EvidenceKind kind) {
  result_.values.push_back({std::move(name), std::move(value), std::move(unit), kind, {}});
}

void SurveyRun::no_value(std::string name, std::string unit, EvidenceKind kind, std::string why) {
  result_.values.push_back({std::move(name), {}, std::move(unit), kind, std::move(why)});
}

void SurveyRun::attribute(std::string name, CUdevice_attribute attribute, std::string unit) {
  const bool flag = unit == "flag";
  if (flag) unit.clear();
  value_by(std::move(name), std::move(unit), EvidenceKind::declared, [&] {
    const int value = answer(attribute);
    return flag ? FactValue(value != 0) : FactValue(std::int64_t{value});
  });
}

void SurveyRun::attribute(std::string name, CUdevice_attribute attribute,
                          std::string (*in_words)(int)) {
  value_by(std::move(name), "", EvidenceKind::declared,
           [&] { return FactValue(in_words(answer(attribute))); });
}

int SurveyRun::answer(CUdevice_attribute attribute) const {
  int value = 0;
  const auto result = api().DeviceGetAttribute(&value, attribute, gpu().device());
  if (result != CUDA_SUCCESS)
    throw Absent{"this driver does not know the attribute (" + error_name(api(), result) + ")"};
  return value;
}

bool SurveyRun::says(CUdevice_attribute attribute) const { return answer(attribute) != 0; }

std::optional<Reason> SurveyRun::timed(Of of, const std::function<void()>& act) {
  std::optional<Reason> invalid;
  if (of == Of::gpu && context_.watch) {
    const PowerWindow window = context_.watch(act);
    invalid = invalidates(window);
    if (window_) {
      merge(*window_, window);
    } else {
      window_ = window;
    }
  } else {
    act();
  }
  if (of == Of::gpu && !invalid && !driver().fake.empty()) invalid = make_reason("fake_driver");
  if (!context_.injected_tools.empty())
    invalid = make_reason("clocks_invalid", context_.injected_tools.front());
  return invalid;
}

void SurveyRun::evidence(EvidenceKind kind, std::string text) {
  const std::string target =
      context_.gpu == nullptr ? "" : to_string(targets_for(gpu().cc()).front());
  result_.evidence.push_back({.kind = kind,
                              .against = false,
                              .by = context_.gpu == nullptr ? "host" : driver_name(driver()),
                              .target = target,
                              .text = std::move(text),
                              .value = std::nullopt,
                              .unit = {}});
}

SurveyResult run_survey(std::string_view id, const SurveyContext& context) {
  const auto survey = std::ranges::find(survey_table(), id, [](const Survey* s) { return s->id; });
  if (survey == survey_table().end()) throw std::logic_error("no survey " + std::string(id));
  return run_survey(id, context, (*survey)->measure);
}

SurveyResult run_survey(std::string_view id, const SurveyContext& context,
                        const std::function<void(SurveyRun&)>& measure) {
  SurveyResult result{.id = std::string(id), .gpus = {}};
  const auto end = [&](Status status, Reason reason) {
    result.status = status;
    result.reason = std::move(reason);
  };
  SurveyRun run(context, result);
  try {
    if (context.gpu != nullptr) context.gpu->bind();
    measure(run);
    if (run.window()) {
      run.evidence(EvidenceKind::declared, "NVML meanwhile: " + words(*run.window()));
      result.evidence.back().by = "NVML";
    }
    result.status = Status::measured;
  } catch (const Stop& stop) {
    end(stop.status, stop.reason);
  } catch (const Absent& absent) {
    end(Status::blocked, make_reason("driver_error", absent.why));
  } catch (...) {
    const BadEnd bad = current_bad_end();
    end(bad.status, bad.reason);
  }
  return result;
}

}  // namespace bp
