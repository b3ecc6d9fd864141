// The command line as CLI11 knows it, and what CLI11 has no place for: examples, and what values
// may be.
#pragma once

#include <CLI/CLI.hpp>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "cli/command_line/values.h"
#include "cli/commands/options.h"

namespace bp {

/// A new command is one call of add() in the constructor and its case in main.
class Declaration {
 public:
  Declaration();
  Declaration(const Declaration&) = delete;
  Declaration& operator=(const Declaration&) = delete;

  struct Command {
    CLI::App* app;
    std::vector<std::string> examples;
    std::function<Invocation()> invocation;  // after parsing
  };

  CLI::App root;
  std::vector<Command> commands;  // in the order of --help; the root is not among them
  std::vector<std::string> root_examples;
  ValueTable values;

  /// The command that was named on the command line that was parsed.
  const Command* chosen() const;
  /// Of the command, or of the root: what to do.
  Invocation invocation() const;
  std::vector<std::string> names() const;

 private:
  RunOptions bare_;
  RunOptions run_;
  BenchOptions bench_;
  MatrixOptions matrix_;
  ListOptions list_;
  RenderOptions render_;
  GateOptions gate_;
  DiffOptions diff_;
  MergeOptions merge_;
  VersionOptions version_;
  CompletionOptions completion_;

  template <typename Options>
  CLI::App& add(const std::string& name, const std::string& text, Options& options,
                std::vector<std::string> examples);
  void declare_run(CLI::App& app, RunOptions& options);
  void declare_bench(CLI::App& app);
  void declare_matrix(CLI::App& app);
  void declare_list(CLI::App& app);
  void declare_shape(CLI::App& app, Shape& shape);
  void declare_models(CLI::App& app, std::vector<std::string>& models);
  void declare_render(CLI::App& app);
  void declare_gate(CLI::App& app);
  void declare_diff(CLI::App& app);
  void declare_merge(CLI::App& app);
  void declare_completion(CLI::App& app);
};

}  // namespace bp
