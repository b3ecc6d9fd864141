// The environment and the state of the GPUs in the words and groups that people read.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "report/model/report.h"

namespace bp {

struct FactGroup {
  std::string_view title;
  std::vector<const Fact*> facts;  // of the report that was given
};
/// Facts of the environment by what they are about, in a fixed order; groups without a fact are
/// left out.
std::vector<FactGroup> environment_groups(const Report& report);
/// The label of a fact within its group: "flash-attn" of "package_flash_attn".
std::string label_in_group(const Fact& fact);

/// One kind of state, for each GPU of the report in order: memory as each of three tells it,
/// clocks, power, what slows it down, ECC, MIG ...; kinds that no GPU tells anything of are left
/// out.
struct GpuState {
  std::string label;
  std::vector<std::string> values;
};
std::vector<GpuState> gpu_states(const Report& report);

class Page;
/// The section of the text report.
void environment_lines(Page& page, const Report& report);

}  // namespace bp
