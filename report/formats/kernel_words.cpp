#include "report/formats/kernel_words.h"

#include <algorithm>
#include <string_view>
#include <vector>

#include "report/formats/summary.h"

namespace bp {

namespace {

/// Operations of which the same is said.
struct Said {
  std::string word;
  struct Paths {
    std::string_view operation;
    std::string names;
  };
  std::vector<Paths> operations;
};

/// How it is known where it is supported, else what it is.
std::string word_for(const KernelResult& kernel) {
  const auto kind = strongest(kernel.evidence);
  const bool shown = kernel.status == Status::supported && kind;
  return std::string(shown ? to_string(*kind) : words(kernel.status));
}

std::vector<Said> by_word(std::span<const KernelResult> kernels) {
  std::vector<Said> groups;
  for (const KernelResult& kernel : kernels) {
    const std::string word = word_for(kernel);
    auto said = std::ranges::find(groups, word, &Said::word);
    if (said == groups.end()) said = groups.insert(said, {word, {}});
    auto paths = std::ranges::find(said->operations, kernel.operation, &Said::Paths::operation);
    if (paths == said->operations.end())
      said->operations.push_back({kernel.operation, kernel.path});
    else
      paths->names += ", " + kernel.path;
  }
  return groups;
}

}  // namespace

std::string kernel_title(const KernelResult& kernel) {
  return operation_title(kernel.operation) + ", by " + kernel.path;
}

std::string figures_line(const KernelResult& kernel) {
  const KernelResult* only = &kernel;
  return figures_line(std::span(&only, 1));
}

std::string figures_line(std::span<const KernelResult* const> on_gpus) {
  std::string line;
  for (const Figure& figure : on_gpus.front()->figures) {
    double least = figure.value, most = figure.value;
    for (const KernelResult* kernel : on_gpus) {
      const auto same = std::ranges::find(kernel->figures, figure.name, &Figure::name);
      if (same == kernel->figures.end()) continue;
      least = std::min(least, same->value);
      most = std::max(most, same->value);
    }
    const std::string from = figure_text(least, figure.unit), to = figure_text(most, figure.unit);
    line += (line.empty() ? "" : ", ") + spaced(figure.name) + " " + from;
    if (from != to) line += " to " + to;
  }
  return line;
}

std::string about_kernels(std::span<const KernelResult> kernels) {
  std::string text;
  for (const Said& said : by_word(kernels)) {
    std::vector<std::string> operations;
    for (const Said::Paths& paths : said.operations)
      operations.push_back(std::string(paths.operation) + " (" + paths.names + ")");
    // Those that gave no result need no list.
    const bool executed = said.word != words(Status::not_run);
    text += (text.empty() ? "Reference kernels " + said.word : " " + capitalised(said.word)) +
            ": " + listed(operations, executed ? operations.size() : 4) + ".";
  }
  return text;
}

}  // namespace bp
