#include "probes/assembly/ptxas.h"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <optional>

#include "probes/assembly/parallel.h"
#include "probes/assembly/verdict.h"

namespace bp {
namespace {

constexpr std::chrono::seconds question_timeout{30};
constexpr std::size_t most_output = std::size_t{64} << 20;

ProcessResult ask(const std::vector<std::string>& argv, std::chrono::milliseconds timeout,
                  RunningGroups* running) {
  try {
    auto result = run_process(argv, timeout, most_output, running);
    if (result.timed_out)
      throw PtxasError(argv[0] + " did not end within " + std::to_string(timeout.count()) +
                       " ms and was stopped");
    return result;
  } catch (const ProcessError& error) {
    throw PtxasError(error.what());
  }
}

/// The text between two markers.
std::optional<std::string> between(std::string_view text, std::string_view before,
                                   std::string_view stops) {
  const auto at = text.find(before);
  if (at == std::string_view::npos) return std::nullopt;
  text.remove_prefix(at + before.size());
  const auto end = text.find_first_of(stops);
  if (end == std::string_view::npos || end == 0) return std::nullopt;
  return std::string(text.substr(0, end));
}

void write_file(const std::filesystem::path& path, std::string_view text) {
  std::ofstream file(path, std::ios::binary);
  file.write(text.data(), static_cast<std::streamsize>(text.size()));
  file.close();
  if (!file) throw PtxasError("cannot write " + path.string() + ": is the disk full?");
}

std::vector<std::uint8_t> read_file(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

std::string without(std::string text, std::string_view part) {
  for (auto at = text.find(part); at != std::string::npos; at = text.find(part, at))
    text.erase(at, part.size());
  return text;
}

}  // namespace

Ptxas::Ptxas(std::string path, std::shared_ptr<RunningGroups> running)
    : path_(std::move(path)), running_(std::move(running)) {
  const auto version = ask({path_, "--version"}, question_timeout, running_.get());
  // "Cuda compilation tools, release 13.0, V13.0.88"
  const auto number = between(version.output, ", V", " \r\n");
  if (version.status != 0 || !number)
    throw PtxasError(path_ + " is not a ptxas: `--version` does not name a CUDA release");
  name_ = "ptxas " + *number;
  // Not every release lists its PTX versions, but each names the newest when it is asked for a
  // later one.
  const PrivateFolder folder;
  write_file(folder.path() / "version.ptx", ".version 99.9\n.target sm_80\n.address_size 64\n");
  const auto refusal = ask({path_, (folder.path() / "version.ptx").string(), "-o", "/dev/null"},
                           question_timeout, running_.get());
  const auto newest = between(refusal.output, "current version is '", "'");
  const auto parsed = newest ? parse_ptx_version(*newest) : std::nullopt;
  if (!parsed) throw PtxasError(path_ + " does not say which PTX version it takes: is it a ptxas?");
  newest_ = *parsed;
}

Ptxas::Output Ptxas::assemble(std::string_view ptx, Target target,
                              std::chrono::milliseconds timeout) const {
  try {
    const PrivateFolder folder;
    const auto source = folder.path() / "module.ptx";
    const auto image = folder.path() / "module.cubin";
    write_file(source, ptx);
    const auto run =
        ask({path_, "-arch=" + to_string(target), source.string(), "-o", image.string()}, timeout,
            running_.get());
    if (run.signal != 0)
      throw PtxasError(name_ + " was ended by signal " + std::to_string(run.signal) +
                       " while assembling for " + to_string(target));
    Output output;
    // The folder's name is new in every run: it would make equal logs differ.
    output.log = without(run.output, folder.path().string() + "/");
    if (run.status == 0) {
      output.cubin = read_file(image);
      if (output.cubin.empty())
        throw PtxasError(name_ + " wrote no machine code for " + to_string(target));
      output.accepted = true;
    }
    return output;
  } catch (const ProcessError& error) {
    throw PtxasError(error.what());
  }
}

bool Ptxas::knows(Target target) const {
  const auto minimum = minimum_ptx_version(target);
  const auto output =
      assemble(".version " + to_string(std::min(minimum.value_or(newest_), newest_)) +
                   "\n.target " + to_string(target) + "\n.address_size 64\n",
               target);
  return !is_unknown_target(output);
}

bool Ptxas::is_unknown_target(const Output& output) {
  // "ptxas fatal   : Value 'sm_103' is not defined for option 'gpu-name'"
  return !output.accepted && output.log.find("for option 'gpu-name'") != std::string::npos;
}

std::vector<MatrixRow> matrix_with(const Ptxas& ptxas, std::span<const MatrixModule> modules,
                                   std::span<const Target> targets, unsigned threads) {
  std::vector<char> known(targets.size());
  in_parallel(targets.size(), threads, [&](std::size_t i) { known[i] = ptxas.knows(targets[i]); });
  struct Cell {
    const MatrixModule* module;
    Target target;
  };
  std::vector<Cell> cells;
  for (const auto& module : modules)
    for (std::size_t t = 0; t < targets.size(); ++t)
      if (known[t]) cells.push_back({&module, targets[t]});

  std::vector<MatrixRow> rows(cells.size());
  in_parallel(cells.size(), threads, [&](std::size_t i) {
    const auto& [module, target] = cells[i];
    const auto verdict = lowest_verdict(ptxas, *module, target);
    MatrixRow& row = rows[i];
    row.feature = module->feature;
    row.target = to_string(target);
    row.toolkit = ptxas.name();
    row.verdict = verdict.accepted ? Status::assembles : Status::refused;
    row.message = verdict.message;
    if (verdict.accepted) row.ptx = to_string(verdict.lowest);
  });
  return rows;
}

}  // namespace bp
