// The parts of the Markdown report, each a section of its own.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "report/formats/markdown_fit.h"
#include "report/formats/subjects.h"

namespace bp::md {

/// What a maintainer asks for first gets room first.
enum Priority : int { head, verdicts, environment, not_running, models, features, the_rest };

/// A table folded behind its name and, in brackets, how much there is. The name is HTML already.
Section folded(Priority priority, const std::string& name, const std::string& amount,
               const std::string& table);

/// "`a`, `b` and 3 more"
std::string codes(const std::vector<std::string>& ids, std::size_t most);

/// Backends, features and kernels of one GPU or target in full. `name` is HTML: "GPU 0".
std::vector<Section> details_of(const ReportSubject& subject, const std::string& name);
/// Of GPUs alike in all but figures: from the least to the most.
Section rates_of(const GpuGroup& gpus, const std::string& name);

/// What `bench` measured: a row for each shape and tuning.
std::vector<Section> bench_of(const GpuReport& gpu, const std::string& name);

/// Language models on the same GPUs or target: a row for each size.
std::vector<Section> models_of(const Report& report);

/// More targets than can be described one by one: what each takes and runs, in columns.
std::vector<Section> grids_of(const std::vector<TargetReport>& targets);

}  // namespace bp::md
