// The commands. Each returns an exit status.
#pragma once

#include "cli/commands/options.h"
#include "cli/output/exit_status.h"
#include "cli/output/outputs.h"

namespace bp {

ExitStatus run_probes(const RunOptions& options);
ExitStatus run_bench(const BenchOptions& options);
ExitStatus run_matrix(const MatrixOptions& options);
ExitStatus run_list(const ListOptions& options);
ExitStatus run_render(const RenderOptions& options);
ExitStatus run_gate(const GateOptions& options);
ExitStatus run_diff(const DiffOptions& options);
ExitStatus run_merge(const MergeOptions& options);
ExitStatus run_version(const VersionOptions& options);
ExitStatus run_completion(const CompletionOptions& options);
ExitStatus run_man_page(const ManPageOptions& options);

/// What `diff` can write.
std::vector<FormatName> diff_formats();
/// A share of --noise: "5%" is 0.05.
std::optional<double> parse_noise(std::string_view text);
/// What `merge` can write.
std::vector<FormatName> merge_formats();
/// What `list` can list.
std::vector<std::string> list_kinds();

}  // namespace bp
