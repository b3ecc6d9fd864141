#include "report/formats/environment_words.h"

#include <algorithm>
#include <array>
#include <optional>

#include "report/formats/summary.h"

namespace bp {
namespace {

struct GroupRow {
  std::string_view title;
  std::string_view prefix;  // of the keys
};

constexpr std::string_view system_title = "System";
constexpr std::string_view setting_title = "Where it runs";
constexpr std::string_view driver_title = "Kernel side of the driver";
constexpr std::string_view toolkit_title = "Toolkits and assemblers";
constexpr std::string_view package_title = "Python packages";
constexpr std::string_view variable_title = "Variables";
constexpr std::string_view other_title = "Other";

constexpr auto group_titles =
    std::to_array<std::string_view>({system_title, setting_title, driver_title, toolkit_title,
                                     package_title, variable_title, other_title});

constexpr auto group_rows = std::to_array<GroupRow>({
    {system_title, "operating_system"},
    {system_title, "architecture"},
    {system_title, "distribution"},
    {system_title, "libc"},
    {system_title, "cpu_"},
    {system_title, "numa_"},
    {system_title, "memory_"},
    {system_title, "iommu"},
    {setting_title, "container"},
    {setting_title, "batch_system"},
    {setting_title, "wsl"},
    {setting_title, "board_"},
    {setting_title, "mps_"},
    {driver_title, "kernel_module_"},
    {driver_title, "device_nodes_"},
    {driver_title, "fabric_manager"},
    {driver_title, "xid_"},
    {toolkit_title, "toolkit_"},
    {toolkit_title, "tools_"},
    {toolkit_title, "ptxas_"},
    {toolkit_title, "nvcc_"},
    {package_title, "python"},
    {package_title, "package_"},
    {package_title, "packages_"},
    {variable_title, "variable_"},
});

std::string_view group_of(std::string_view key) {
  for (const auto& [title, prefix] : group_rows) {
    if (key.starts_with(prefix)) return title;
  }
  return other_title;
}

struct StateRow {
  std::string_view label;
  std::string_view key;
  std::string_view besides;  // "of the most": a second key whose value follows
  std::string_view joint;
};

constexpr auto state_rows = std::to_array<StateRow>({
    {"memory, as the driver counts it", "total_global_mem_bytes", "", ""},
    {"memory free, as NVML counts it", "nvml_fb_free_mib", "nvml_fb_total_mib", " of "},
    {"SM clock", "nvml_sm_clock_mhz", "nvml_max_sm_clock_mhz", " of "},
    {"memory clock", "nvml_mem_clock_mhz", "nvml_max_mem_clock_mhz", " of "},
    {"power limit", "nvml_power_limit_w", "nvml_default_power_limit_w", ", by default "},
    {"power draw", "nvml_power_draw_w", "", ""},
    {"temperature", "nvml_temperature_celsius", "", ""},
    {"slowed down by", "nvml_clocks_throttle_reasons", "", ""},
    {"ECC", "nvml_ecc_mode", "", ""},
    {"uncorrected ECC errors", "nvml_ecc_uncorrected_errors", "", ""},
    {"rows remapped", "nvml_remapped_rows", "", ""},
    {"MIG", "nvml_mig_mode", "", ""},
    {"this is a MIG slice", "mig_slice", "", ""},
    {"MPS", "mps_enabled", "", ""},
    {"confidential computing", "nvml_confidential_computing", "", ""},
    {"compute mode", "compute_mode", "", ""},
    {"persistence mode", "nvml_persistence_mode", "", ""},
    {"fabric", "nvml_fabric_state", "", ""},
    {"addressing mode", "nvml_addressing_mode", "", ""},
});

bool has_value(const Fact* fact) {
  return fact != nullptr && !std::holds_alternative<std::monostate>(fact->value);
}

GpuState state_of(const Report& report, const StateRow& row) {
  GpuState state{std::string(row.label), {}};
  for (const GpuReport& gpu : report.gpus) {
    const Fact* fact = find_fact(gpu.facts.facts, row.key);
    std::string text = fact == nullptr ? std::string("not asked") : fact_text(*fact);
    const Fact* second = find_fact(gpu.facts.facts, row.besides);
    if (has_value(fact) && has_value(second)) text.append(row.joint).append(fact_text(*second));
    state.values.push_back(std::move(text));
  }
  return state;
}

bool any_tells(const Report& report, std::string_view key) {
  return std::ranges::any_of(report.gpus, [&](const GpuReport& gpu) {
    return find_fact(gpu.facts.facts, key) != nullptr;
  });
}

/// What cuMemGetInfo said within a survey; the enumeration of GPUs opens no context to ask.
std::optional<GpuState> free_by_driver(const Report& report) {
  GpuState state{"memory free, as the driver counts it", {}};
  bool any = false;
  for (const GpuReport& gpu : report.gpus) {
    std::string text = "not asked";
    for (const SurveyResult& survey : report.surveys) {
      if (survey.id != "fact.memory_accounting" || survey.gpus != std::vector{gpu.facts.index})
        continue;
      for (const SurveyValue& value : survey.values) {
        if (value.name != "cuda_free") continue;
        text = fact_text({"cuda_free_bytes", value.value, {}, value.absent});
        any = true;
      }
    }
    state.values.push_back(std::move(text));
  }
  return any ? std::optional(std::move(state)) : std::nullopt;
}

/// Beside the GPUs' own figures: where both share one memory this is what an allocation can have.
std::optional<GpuState> available_to_host(const Report& report) {
  const Fact* fact = find_fact(report.environment, "memory_available_bytes");
  if (!has_value(fact)) return std::nullopt;
  return GpuState{"memory available to the host",
                  std::vector<std::string>(report.gpus.size(), fact_text(*fact))};
}

}  // namespace

std::vector<FactGroup> environment_groups(const Report& report) {
  std::vector<FactGroup> groups;
  for (const std::string_view title : group_titles) {
    FactGroup group{title, {}};
    for (const Fact& fact : report.environment) {
      if (group_of(fact.key) == title) group.facts.push_back(&fact);
    }
    if (!group.facts.empty()) groups.push_back(std::move(group));
  }
  return groups;
}

std::string label_in_group(const Fact& fact) {
  constexpr std::string_view package = "package_";
  if (!fact.key.starts_with(package)) return fact_label(fact);
  std::string name = fact.key.substr(package.size());
  std::ranges::replace(name, '_', '-');
  return name;
}

std::vector<GpuState> gpu_states(const Report& report) {
  std::vector<GpuState> states;
  if (report.gpus.empty()) return states;
  for (const StateRow& row : state_rows) {
    if (row.key == "nvml_sm_clock_mhz") {  // all of memory stands together
      if (auto state = free_by_driver(report)) states.push_back(std::move(*state));
      if (auto state = available_to_host(report)) states.push_back(std::move(*state));
    }
    if (any_tells(report, row.key)) states.push_back(state_of(report, row));
  }
  return states;
}

}  // namespace bp
