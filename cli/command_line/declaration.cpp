#include "cli/command_line/declaration.h"

#include <algorithm>
#include <array>

#include "cli/command_line/completion.h"
#include "cli/command_line/shared_options.h"
#include "cli/commands/commands.h"
#include "cli/commands/gate.h"
#include "cli/commands/report_output.h"
#include "cli/output/exit_status.h"
#include "cli/output/outputs.h"

namespace bp {
namespace {

std::string footer(const std::vector<std::string>& examples) {
  std::string text = "Examples:\n";
  for (const std::string& example : examples) text += "  " + example + "\n";
  text += "\nExit status: ";
  for (const ExitStatusMeaning& row : exit_status_meanings()) {
    if (row.status != ExitStatus::met) text += ", ";
    text += std::to_string(static_cast<int>(row.status)) + " " + std::string(row.brief);
  }
  return text;
}

}  // namespace

Declaration::Declaration()
    : root("Which kernels can this GPU really run, which not, and why: found out by execution."),
      root_examples{"blackwell-probe", "blackwell-probe -o report.json -o report.html",
                    "blackwell-probe run --level quick --gpu 0",
                    "blackwell-probe matrix --target sm_121 --feature 'mma_sync.*'"} {
  root.name("blackwell-probe");
  root.set_help_flag("-h,--help", "Print this help and exit");
  root.add_flag("--version")->description("Print the version and exit");
  root.footer(
      "Without a command: all it can tell about this machine; with no GPU, what every "
      "known target is expected to do.\n\n" +
      footer(root_examples));
  bare_.bare = true;
  declare_run(root, bare_);
  declare_run(add("run", "Probe the GPUs of this machine (status 3 where there is none)", run_,
                  {"blackwell-probe run", "blackwell-probe run --only 'wgmma.*,tma.*' --timeout 5",
                   "blackwell-probe run --format json -o report.html > report.json"}),
              run_);
  declare_bench(
      add("bench", "How fast the reference kernels are here, at the shapes of models", bench_,
          {"blackwell-probe bench", "blackwell-probe bench --filter '*dense_decode*' -o bench.json",
           "blackwell-probe bench --model glm-5 --tuning portable"}));
  declare_matrix(
      add("matrix", "Features x targets, as an assembler judges them", matrix_,
          {"blackwell-probe matrix", "blackwell-probe matrix --target sm_121 --format csv",
           "blackwell-probe matrix --toolkit 12.8,newest --target sm_120",
           "blackwell-probe matrix --driver --target sm_120",
           "blackwell-probe matrix --ptxas /usr/local/cuda/bin/ptxas --feature 'tcgen05.*'"}));
  declare_list(
      add("list", "List " + joined(list_kinds(), ", ", " or "), list_,
          {"blackwell-probe list probes", "blackwell-probe list backends --format json",
           "blackwell-probe list backends --target sm_121 --heads 16 --kv-dtype fp8_e4m3"}));
  declare_render(add("render", "Turn a report.json into another format", render_,
                     {"blackwell-probe render report.json --format text",
                      "blackwell-probe render report.json -o report.html"}));
  declare_gate(
      add("gate", "Whether requirements are met here, in a stored report, or on a target", gate_,
          {"blackwell-probe gate --require 'feature:wgmma.bf16>=verified'",
           "blackwell-probe gate --report report.json -o gate.xml",
           "blackwell-probe gate --target sm_121 --require 'feature:mma_sync.mxf4>=assembled'",
           "eval \"$(blackwell-probe gate --emit env)\""}));
  declare_diff(add("diff", "What changed from one report to another; status 1 if it got worse",
                   diff_,
                   {"blackwell-probe diff before.json after.json",
                    "blackwell-probe diff before.json after.json --noise 10% -o changes.md",
                    "blackwell-probe diff yesterday.json today.json --fail-on any"}));
  declare_merge(add("merge", "One report of many machines: which are alike, which differ", merge_,
                    {"blackwell-probe merge reports/",
                     "blackwell-probe merge reports/ -o fleet.html -o fleet.json",
                     "find /shared -name 'report-*.json' | blackwell-probe merge --files-from -"}));
  declare_output(add("version", "Version, commit, toolkit, known targets", version_,
                     {"blackwell-probe version", "blackwell-probe version --format json"}),
                 values, version_.output, text_formats());
  declare_completion(
      add("completion", "Print the completion script of a shell", completion_,
          {"source <(blackwell-probe completion bash)",
           "blackwell-probe completion zsh > ~/.zfunc/_blackwell-probe",
           "blackwell-probe completion fish > ~/.config/fish/completions/blackwell-probe.fish"}));
  // Unknown words are collected and judged by us, who know the nearest right one.
  root.allow_extras();
  for (const Command& command : commands) command.app->allow_extras();
  root.require_subcommand(0, 1);
}

template <typename Options>
CLI::App& Declaration::add(const std::string& name, const std::string& text, Options& options,
                           std::vector<std::string> examples) {
  CLI::App* app = root.add_subcommand(name, text);
  app->set_help_flag("-h,--help", "Print this help and exit");
  app->footer(footer(examples));
  commands.push_back({app, std::move(examples), [&options] { return Invocation(options); }});
  return *app;
}

void Declaration::declare_run(CLI::App& app, RunOptions& options) {
  may_be(values,
         app.add_option("--level", options.level,
                        "quick: features; default: also reference kernels; full: also sweeps, "
                        "facts, rates and hardware counters")
             ->type_name("NAME"),
         one_of({"quick", "default", "full"}));
  app.add_option("--timeout", options.timeout_seconds,
                 "Seconds that one item may take (default 10); starting the driver has 20 at least")
      ->type_name("SECONDS")
      ->check(seconds());
  const auto globs = [&](const char* flag, std::vector<std::string>& to, const char* text) {
    repeatable(
        may_be(values, app.add_option(flag, to, text)->type_name("GLOB,..."), any_of(item_names)));
  };
  globs("--only", options.only,
        "Only these features, kernels, sweeps and facts (globs; see `list`)");
  globs("--skip", options.skip,
        "Not these features, kernels, sweeps and facts (globs; see `list`)");
  repeatable(
      app.add_option("--gpu", options.gpus, "Only this GPU; repeatable")->type_name("N|UUID"));
  repeatable(may_be(
      values,
      app.add_option("--target", options.targets,
                     "Also what is expected of a target that is not here, for example sm_121")
          ->type_name("sm_XX"),
      any_of(target_names)));
  declare_shape(app, options.shape);
  declare_models(app, options.models);
  app.add_option("--seed", options.seed, "Seed of random inputs (default 1)")
      ->type_name("N")
      ->check(whole_number());
  app.add_flag("--strict", options.strict,
               "Selected items that are blocked or did not run make the status 5");
  declare_talk(app, options.talk);
  app.add_flag("--identify", options.output.identify,
               "Keep UUIDs, PCI addresses, host name and home folders in the report");
  may_be(
      values,
      app.add_option("--libcuda", options.libcuda, "The driver library to load")->type_name("PATH"),
      file_called("a libcuda.so"));
  declare_output(app, values, options.output, report_formats());
}

void Declaration::declare_matrix(CLI::App& app) {
  repeatable(may_be(values,
                    app.add_option("--target", matrix_.targets,
                                   "Only this target; a bare number includes its suffixes")
                        ->type_name("sm_XX"),
                    any_of(target_names)));
  repeatable(may_be(values,
                    app.add_option("--feature", matrix_.features, "Only these features (globs)")
                        ->type_name("GLOB,..."),
                    any_of(feature_names)));
  repeatable(may_be(values,
                    app.add_option("--toolkit", matrix_.toolkits,
                                   "What the assembler of this CUDA release says, or all; not with "
                                   "--ptxas or --driver")
                        ->type_name("RELEASE"),
                    any_of(toolkit_names)));
  may_be(values,
         app.add_option("--ptxas", matrix_.ptxas,
                        "Ask this assembler, and say where it differs from the table; not with "
                        "--toolkit or --driver")
             ->type_name("PATH"),
         file_called("a ptxas"));
  app.add_flag("--driver", matrix_.driver,
               "Ask the installed driver's assembler, and say where it differs from the table; not "
               "with --toolkit or --ptxas");
  may_be(values,
         app.add_option("--libcuda", matrix_.libcuda, "The driver library that --driver loads")
             ->type_name("PATH"),
         file_called("a libcuda.so"));
  declare_output(app, values, matrix_.output, table_formats());
}

void Declaration::declare_list(CLI::App& app) {
  may_be(values,
         app.add_option("what", list_.what, joined(list_kinds(), ", ", " or "))->type_name("WHAT"),
         one_of(list_kinds()));
  repeatable(may_be(values,
                    app.add_option("--target", list_.targets,
                                   "Of backends: what is expected of them on this target")
                        ->type_name("sm_XX"),
                    any_of(target_names)));
  declare_shape(app, list_.shape);
  declare_output(app, values, list_.output, table_formats());
}

/// What backends are judged for.
void Declaration::declare_shape(CLI::App& app, Shape& shape) {
  // In the order of shape_numbers.
  constexpr auto texts = std::to_array<const char*>(
      {"Judge backends for this many query heads on a GPU",
       "Judge backends for heads of this size (of Q and K)",
       "Judge backends for pages of this many tokens in the KV cache",
       "Judge backends for this many selected tokens of sparse attention"});
  static_assert(texts.size() == shape_numbers.size());
  for (std::size_t i = 0; i < texts.size(); ++i) {
    const auto& [name, member] = shape_numbers[i];
    app.add_option(option_of(name), shape.*member, texts[i])
        ->type_name("N")
        ->check(whole_number(1, max_shape_number));
  }
  const std::vector<std::string> words(kv_dtypes.begin(), kv_dtypes.end());
  may_be(values,
         app.add_option(option_of("kv_dtype"), shape.kv_dtype,
                        "Judge backends for this type of the KV cache or operand: " +
                            joined(words, ", ", " or "))
             ->type_name("NAME"),
         one_of(words));
}

void Declaration::declare_models(CLI::App& app, std::vector<std::string>& models) {
  may_be(values,
         app.add_option("--model", models,
                        "Only this model (see `list models`), or the one that a file describes; "
                        "repeatable")
             ->type_name("NAME|FILE")
             ->allow_extra_args(false),
         any_of(model_names));
}

void Declaration::declare_render(CLI::App& app) {
  may_be(
      values,
      app.add_option("file", render_.file, "report.json; - is standard input")->type_name("FILE"),
      file_called("a report.json"));
  declare_models(app, render_.models);
  app.add_flag("--identify", render_.output.identify,
               "Keep what identifies a machine, of a report that was made with --identify");
  declare_output(app, values, render_.output, report_formats());
}

void Declaration::declare_gate(CLI::App& app) {
  const auto requirement = [&](const char* flag, std::vector<std::string>& to, const char* text) {
    app.add_option(flag, to, text)->type_name("EXPR")->allow_extra_args(false);
  };
  requirement("--require", gate_.require,
              "What must be met, for example 'backend:flashinfer.mla.fa2=runs'; repeatable");
  requirement("--xfail", gate_.xfail, "What must not be met, so far; repeatable");
  may_be(values,
         app.add_option("--config", gate_.config,
                        "A file of requirements (default: .blackwell-probe.toml or .json here, "
                        "where neither --require nor --xfail is given)")
             ->type_name("FILE"),
         file_called("a file of requirements"));
  repeatable(app.add_option("--set", gate_.sets, "Only this set of the file; repeatable")
                 ->type_name("SET"));
  may_be(values,
         app.add_option("--report", gate_.report,
                        "Judge this report.json instead of probing; - is standard input")
             ->type_name("FILE"),
         file_called("a report.json"));
  repeatable(may_be(values,
                    app.add_option("--target", gate_.targets,
                                   "Judge what is expected of a target that is not here")
                        ->type_name("sm_XX"),
                    any_of(target_names)));
  app.add_flag("--allow-fake", gate_.allow_fake,
               "Take a report that a fake driver or a simulator made");
  may_be(values,
         app.add_option("--emit", gate_.emit,
                        "Print what a project's tests or build can read instead: " +
                            joined(emit_kinds(), ", ", " or "))
             ->type_name("WHAT"),
         one_of(emit_kinds()));
  repeatable(
      app.add_option("--gpu", gate_.gpus, "Probe only this GPU; repeatable")->type_name("N|UUID"));
  app.add_option("--timeout", gate_.timeout_seconds,
                 "Seconds that one item may take (default 10); starting the driver has 20 at least")
      ->type_name("SECONDS")
      ->check(seconds());
  declare_shape(app, gate_.shape);
  declare_talk(app, gate_.talk);
  may_be(
      values,
      app.add_option("--libcuda", gate_.libcuda, "The driver library to load")->type_name("PATH"),
      file_called("a libcuda.so"));
  declare_output(app, values, gate_.output, gate_formats());
}

void Declaration::declare_diff(CLI::App& app) {
  const auto report = [&](const char* name, std::string& to, const char* text) {
    may_be(values, app.add_option(name, to, text)->type_name("FILE"), file_called("two reports"));
  };
  report("before", diff_.before, "The report.json to compare with; - is standard input");
  report("after", diff_.after, "The report.json that may be worse");
  app.add_option(
         "--noise", diff_.noise,
         "Measured figures that differ by at most this share count as the same (default 5%)")
      ->type_name("PERCENT")
      ->check(CLI::Validator(
          [](std::string& value) {
            return parse_noise(value) ? std::string()
                                      : "\"" + value + "\" is not a share such as 5%, below 100%";
          },
          ""));
  may_be(values,
         app.add_option("--fail-on", diff_.fail_on,
                        "What makes the status 1: worse (default), any change, or never")
             ->type_name("WHAT"),
         one_of({"worse", "any", "never"}));
  app.add_flag(
      "--identify", diff_.output.identify,
      "Keep what identifies a machine, of reports that were made with --identify; GPUs are "
      "then the same by UUID");
  declare_output(app, values, diff_.output, diff_formats());
}

void Declaration::declare_merge(CLI::App& app) {
  CLI::Option* files =
      may_be(values,
             app.add_option("files", merge_.inputs,
                            "report.json files, or folders: every *.json in them and below; - is "
                            "standard input")
                 ->type_name("FILE"),
             file_called("report.json files or folders"));
  values[files].instead = may_be(
      values,
      app.add_option("--files-from", merge_.files_from,
                     "A file with more names, one a line or each ended by NUL; - is standard "
                     "input")
          ->type_name("FILE"),
      file_called("a list of names"));
  app.add_flag("--identify", merge_.output.identify,
               "Keep host names, addresses and home folders in the names of files");
  declare_output(app, values, merge_.output, merge_formats());
}

void Declaration::declare_completion(CLI::App& app) {
  may_be(values,
         app.add_option("shell", completion_.shell, joined(completion_shells(), ", ", " or "))
             ->type_name("SHELL"),
         one_of(completion_shells()));
}

const Declaration::Command* Declaration::chosen() const {
  const auto found =
      std::ranges::find_if(commands, [](const Command& command) { return command.app->parsed(); });
  return found == commands.end() ? nullptr : &*found;
}

Invocation Declaration::invocation() const {
  if (const Command* command = chosen()) return command->invocation();
  if (root.count("--version") > 0) return version_;
  return bare_;
}

std::vector<std::string> Declaration::names() const {
  std::vector<std::string> all;
  for (const Command& command : commands) all.push_back(command.app->get_name());
  return all;
}

}  // namespace bp
