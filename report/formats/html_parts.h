// The building blocks of report.html: badges, evidence, tables.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "report/formats/html_builder.h"
#include "report/formats/subjects.h"
#include "report/formats/summary.h"

namespace bp {

std::string css_class(Tone tone);
/// "✓", "✗", "~", "!" or "?".
std::string_view mark(Tone tone);
/// Mark, word and colour: the state is never told by colour alone.
html::Node badge(Tone tone, std::string_view word);
html::Node badge(Status status);
html::Node badge(Verdict verdict);

html::Node evidence_list(const std::vector<Evidence>& evidence);
/// Every item of it behind "3 items of evidence"; open where the answer is not a plain yes.
html::Node evidence_details(const std::vector<Evidence>& evidence, bool open);
html::Node reason_note(const Reason& reason);

/// A table that becomes a list of blocks on a narrow screen, and a cell of it that says there what
/// its column is.
html::Node stacked(std::string kind, std::string caption, std::vector<std::string> columns,
                   std::vector<html::Node> rows);
html::Node cell(std::string label, std::vector<html::Node> content);
/// What was executed and compared, or what shows that another unit did it: to be read without
/// opening the list. nullptr: nothing was.
const Evidence* proof_of(const FeatureResult& result);
std::string proof_text(const Evidence& item);

html::Node features_section(std::span<const FeatureResult> features);
html::Node backends_section(std::span<const BackendResult> backends);
html::Node selectors_section(std::span<const SelectorResult> selectors);
/// A bar of 0 to 1 that says the same as `text`, for those who listen too.
html::Node share_bar(double share, const std::string& text);
/// A box that scrolls, by keyboard too, where the table is wider than the page.
html::Node scroll_box(std::string_view label, const html::Node& table);
html::Node facts_list(const std::vector<Fact>& facts);

/// One row a target: what it is expected to run, and how much of each family it takes.
html::Node targets_overview(std::span<const TargetReport> targets);
/// Features x targets, one row a feature.
html::Node features_grid(std::span<const TargetReport> targets);
/// Backends x targets, one row a backend.
html::Node backends_grid(std::span<const TargetReport> targets);
/// Claims by topic, and the splits of generations.
html::Node disputed_parts(std::span<const DisputedFact> facts);
/// What is said of each feature and backend, once for all targets of which it is said: TARGET in a
/// message stands for the name of each.
html::Node features_by_answer(std::span<const TargetReport> targets);
html::Node backends_by_answer(std::span<const TargetReport> targets);
html::Node selectors_by_answer(std::span<const TargetReport> targets);

/// GPUs of one kind, once for all that agree; what differs follows for each.
struct GpuPart {
  std::string title;  // "GPUs 0, 1: NVIDIA H200"
  std::vector<FeatureResult> features;
  std::vector<BackendResult> backends;
  std::vector<SelectorResult> selectors;
};
std::vector<GpuPart> merged_gpus(std::span<const GpuReport> gpus);
/// "GPU 0: NVIDIA H200"; "GPUs 0, 1: NVIDIA H200".
std::string gpu_title(const GpuFacts& gpu);
std::string gpus_title(const GpuGroup& gpus);

/// The matrix cells of the report, by feature: which targets took it, and what was said of the
/// others.
html::Node matrix_section(std::span<const MatrixRow> matrix);

}  // namespace bp
