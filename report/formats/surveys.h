// Sweeps and facts for the formats that people read.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "report/formats/html_builder.h"
#include "report/formats/text_page.h"
#include "report/model/report.h"

namespace bp {

/// Surveys about the same GPUs.
struct SurveyGroup {
  std::string title;  // "GPU 0: NVIDIA H200", "GPU 0 and GPU 1", "Host"
  std::vector<const SurveyResult*> surveys;
};
/// In the order of the report. What was left out because of the level is not in it.
std::vector<SurveyGroup> survey_groups(const Report& report);

/// "CTAs and warps resident on one SM"; empty for an id this version does not know.
std::string_view survey_title(std::string_view id);
/// "232448 B", "yes", "launched", "24.9 GB/s"; of bytes from a MiB on also "(24.0 MiB)".
std::string survey_text(const FactValue& value, std::string_view unit);
/// "sms reached (SMs)"
std::string column_title(const Column& column);
/// Why cells of the table are empty, each reason once.
std::vector<std::string> reasons_of_cells(const SurveyResult& survey);

void write_surveys(Page& page, const Report& report);

}  // namespace bp
