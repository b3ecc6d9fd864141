// The sections of report.html, in files of their own; html.cpp puts them together. Each gives what
// stands below its heading; nothing: the report has none of it, and the page no such section.
#pragma once

#include <vector>

#include "report/formats/html_builder.h"
#include "report/model/report.h"

namespace bp {

std::vector<html::Node> verdict_content(const Report& report);
std::vector<html::Node> gpus_content(const Report& report);
std::vector<html::Node> backends_content(const Report& report);
std::vector<html::Node> selectors_content(const Report& report);
std::vector<html::Node> features_content(const Report& report);
std::vector<html::Node> targets_content(const Report& report);
std::vector<html::Node> matrix_content(const Report& report);
std::vector<html::Node> disputed_content(const Report& report);
std::vector<html::Node> kernels_content(const Report& report);
std::vector<html::Node> rates_content(const Report& report);
std::vector<html::Node> bench_content(const Report& report);
std::vector<html::Node> models_content(const Report& report);
std::vector<html::Node> surveys_content(const Report& report);
std::vector<html::Node> environment_content(const Report& report);
std::vector<html::Node> reading_content(const Report& report);

}  // namespace bp
