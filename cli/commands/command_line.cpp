#include <CLI/CLI.hpp>
#include <algorithm>
#include <charconv>
#include <cstdint>
#include <optional>

#include "cli/commands/options.h"
#include "cli/output/nearest.h"

namespace bp {
namespace {

constexpr int usage = 2;
constexpr const char* epilogue =
    "\nExit status: 0 all met, 1 wrong result, 2 usage, 3 no GPU or driver, 4 internal error, "
    "5 incomplete, 130 interrupted";

/// One of a few words, with a suggestion where it is not.
CLI::Validator one_of(std::vector<std::string> words) {
  std::string all;
  for (const std::string& word : words) all += (all.empty() ? "" : ", ") + word;
  return CLI::Validator(
      [words = std::move(words), all](std::string& value) {
        if (std::ranges::find(words, value) != words.end()) return std::string();
        return "\"" + value + "\" is not one of " + all + suggestion(value, words);
      },
      "");
}

CLI::Validator seconds() {
  return CLI::Validator(
      [](std::string& value) {
        double number = 0;
        const char* end = value.data() + value.size();
        const auto [stop, error] = std::from_chars(value.data(), end, number);
        const bool fits = error == std::errc() && stop == end && number >= 0.1 && number <= 86400;
        return fits ? std::string()
                    : "\"" + value + "\" is not a number of seconds from 0.1 to 86400";
      },
      "");
}

/// Digits alone: what CLI11 converts would take -1 for 2^64 - 1, and cut what is too large.
CLI::Validator whole_number() {
  return CLI::Validator(
      [](std::string& value) {
        std::uint64_t number = 0;
        const char* end = value.data() + value.size();
        const auto [stop, error] = std::from_chars(value.data(), end, number);
        return error == std::errc() && stop == end
                   ? std::string()
                   : "\"" + value + "\" is not a whole number from 0 to 18446744073709551615";
      },
      "");
}

void repeatable(CLI::Option* option) { option->allow_extra_args(false)->delimiter(','); }

void declare_colour(CLI::App& app, OutputOptions& output) {
  app.add_option_function<std::string>(
         "--color",
         [&output](const std::string& when) {
           output.colour = when == "always"  ? Colour::always
                           : when == "never" ? Colour::never
                                             : Colour::automatic;
         },
         "auto, always or never (also: NO_COLOR)")
      ->type_name("WHEN")
      ->check(one_of({"auto", "always", "never"}));
}

void declare_output(CLI::App& app, OutputOptions& output, std::vector<std::string> formats,
                    const std::string& suffixes) {
  std::string all;
  for (const std::string& format : formats) all += (all.empty() ? "" : "|") + format;
  app.add_option("--format", output.format, "Format of standard output: " + all)
      ->type_name("NAME")
      ->check(one_of(std::move(formats)));
  app.add_option("-o,--output", output.files,
                 "Write a file, its format by its suffix (" + suffixes +
                     "); - is standard output; repeatable")
      ->type_name("FILE")
      ->allow_extra_args(false);
  declare_colour(app, output);
}

void declare_run(CLI::App& app, RunOptions& options) {
  app.add_option("--level", options.level, "quick: features only; default: kernels too")
      ->type_name("NAME")
      ->check(one_of({"quick", "default"}));
  app.add_option("--timeout", options.timeout_seconds,
                 "Seconds that one item may take (default 10); starting the driver has 20 at least")
      ->type_name("SECONDS")
      ->check(seconds());
  repeatable(app.add_option("--only", options.only, "Only these features and kernels (globs)")
                 ->type_name("GLOB,..."));
  repeatable(app.add_option("--skip", options.skip, "Not these features and kernels (globs)")
                 ->type_name("GLOB,..."));
  repeatable(
      app.add_option("--gpu", options.gpus, "Only this GPU; repeatable")->type_name("N|UUID"));
  repeatable(
      app.add_option("--target", options.targets,
                     "Also what is expected of a target that is not here, for example sm_121")
          ->type_name("sm_XX"));
  app.add_option("--seed", options.seed, "Seed of random inputs (default 1)")
      ->type_name("N")
      ->check(whole_number());
  app.add_flag("--strict", options.strict,
               "Selected items that are blocked or did not run make the status 5");
  app.add_flag("--identify", options.identify,
               "Keep UUIDs, PCI addresses, host name and home folders in the report");
  app.add_option("--libcuda", options.libcuda, "The driver library to load")->type_name("PATH");
  declare_output(app, options.output, {"text", "json", "html"}, ".json, .html, .txt");
}

void declare_matrix(CLI::App& app, MatrixOptions& options) {
  repeatable(app.add_option("--target", options.targets,
                            "Only this target; a bare number includes its suffixes")
                 ->type_name("sm_XX"));
  repeatable(app.add_option("--feature", options.features, "Only these features (globs)")
                 ->type_name("GLOB,..."));
  app.add_option("--ptxas", options.ptxas, "Ask this assembler instead of the embedded table")
      ->type_name("PATH");
  declare_output(app, options.output, {"text", "json", "csv"}, ".json, .csv, .txt");
}

void declare_list(CLI::App& app, ListOptions& options) {
  app.add_option("what", options.what, "probes, kernels, backends or targets")
      ->type_name("WHAT")
      ->check(one_of({"probes", "kernels", "backends", "targets"}));
  declare_output(app, options.output, {"text", "json", "csv"}, ".json, .csv, .txt");
}

void declare_render(CLI::App& app, RenderOptions& options) {
  app.add_option("file", options.file, "report.json; - is standard input")->type_name("FILE");
  declare_output(app, options.output, {"text", "json", "html"}, ".json, .html, .txt");
}

std::vector<std::string> flags_of(const CLI::App& app) {
  std::vector<std::string> names;
  for (const CLI::Option* option : app.get_options()) {
    for (const std::string& name : option->get_lnames()) names.push_back("--" + name);
    for (const std::string& name : option->get_snames()) names.push_back("-" + name);
  }
  return names;
}

struct Commands {
  CLI::App root{
      "Which kernels can this GPU really run, which not, and why: found out by execution."};
  RunOptions bare;
  RunOptions run;
  MatrixOptions matrix;
  ListOptions list;
  RenderOptions render;
  VersionOptions version;
  std::vector<std::string> names;  // of the commands that are not hidden

  Commands() {
    root.name("blackwell-probe");
    root.set_help_flag("-h,--help", "Print this help and exit");
    root.add_flag("--version")->description("Print the version and exit");
    bare.bare = true;
    declare_run(root, bare);
    root.footer(
        std::string(
            "Without a command: all it can tell about this machine; with no GPU, what every "
            "known target is expected to do.\n\nExamples:\n"
            "  blackwell-probe\n"
            "  blackwell-probe -o report.json -o report.html\n"
            "  blackwell-probe run --level quick --gpu 0\n"
            "  blackwell-probe matrix --target sm_121 --feature 'mma_sync.*'\n") +
        epilogue);
    declare_run(add("run", "Probe the GPUs of this machine (status 3 where there is none)",
                    "  blackwell-probe run\n"
                    "  blackwell-probe run --only 'wgmma.*,tma.*' --timeout 5\n"
                    "  blackwell-probe run --format json -o report.html > report.json\n"),
                run);
    declare_matrix(
        add("matrix", "Features x targets, as an assembler judges them",
            "  blackwell-probe matrix\n"
            "  blackwell-probe matrix --target sm_121 --format csv\n"
            "  blackwell-probe matrix --ptxas /usr/local/cuda/bin/ptxas --feature 'tcgen05.*'\n"),
        matrix);
    declare_list(add("list", "List probes, kernels, backends or targets",
                     "  blackwell-probe list probes\n"
                     "  blackwell-probe list backends --format json\n"),
                 list);
    declare_render(add("render", "Turn a report.json into another format",
                       "  blackwell-probe render report.json --format text\n"
                       "  blackwell-probe render report.json -o report.html\n"),
                   render);
    declare_output(add("version", "Version, commit, toolkit, known targets",
                       "  blackwell-probe version\n"
                       "  blackwell-probe version --format json\n"),
                   version.output, {"text", "json"}, ".json, .txt");
    // Unknown words are collected and judged by us, who know the nearest right one.
    root.allow_extras();
    for (CLI::App* command : root.get_subcommands({})) command->allow_extras();
    root.require_subcommand(0, 1);
  }

  CLI::App& add(const std::string& name, const std::string& text, const std::string& examples) {
    CLI::App* command = root.add_subcommand(name, text);
    command->set_help_flag("-h,--help", "Print this help and exit");
    command->footer("Examples:\n" + examples + epilogue);
    names.push_back(name);
    return *command;
  }

  const CLI::App* chosen() const {
    const auto found = root.get_subcommands();
    return found.empty() ? nullptr : found.front();
  }
};

Message wrong(const CLI::App* command, std::string sentence) {
  const std::string name = command == nullptr ? "" : " " + command->get_name();
  if (!sentence.ends_with('?')) sentence += '.';
  return {"blackwell-probe: " + sentence + " See blackwell-probe" + name + " --help.\n", usage};
}

/// What is wrong with words that no option or command took.
std::optional<Message> judge_extras(const Commands& commands) {
  const CLI::App* command = commands.chosen();
  const CLI::App& owner = command == nullptr ? commands.root : *command;
  std::vector<std::string> words = commands.root.remaining();
  if (command != nullptr) {
    const auto more = command->remaining();
    words.insert(words.end(), more.begin(), more.end());
  }
  if (words.empty()) return std::nullopt;
  const std::string& word = words.front();
  if (word.size() > 1 && word.front() == '-') {
    const std::string flag = word.substr(0, word.find('='));
    return wrong(command, "Unknown flag " + flag + suggestion(flag, flags_of(owner)));
  }
  if (command == nullptr) {
    return wrong(command, "Unknown command \"" + word + "\"" + suggestion(word, commands.names));
  }
  return wrong(command, "Unexpected argument \"" + word + "\"");
}

/// What CLI11 says, as a sentence of ours where its own is unclear.
std::string sentence_of(const CLI::ParseError& error) {
  std::string text = error.what();
  while (!text.empty() && (text.back() == '\n' || text.back() == '.')) text.pop_back();
  const std::string name = text.substr(0, text.find(':'));
  if (dynamic_cast<const CLI::ArgumentMismatch*>(&error) != nullptr) return name + " needs a value";
  if (dynamic_cast<const CLI::ConversionError*>(&error) != nullptr) {
    return "The value of a flag is not a number: " + text;
  }
  return text;
}

/// An argument that the command cannot do without.
std::optional<Message> judge_missing(const Commands& commands) {
  const CLI::App* command = commands.chosen();
  if (command == nullptr) return std::nullopt;
  if (command->get_name() == "list" && commands.list.what.empty()) {
    return wrong(command, "list needs one of probes, kernels, backends, targets");
  }
  if (command->get_name() == "render" && commands.render.file.empty()) {
    return wrong(command, "render needs the name of a report.json");
  }
  return std::nullopt;
}

/// Flags before the command belong to the bare command: with a command they would be lost without a
/// word.
std::optional<Message> judge_misplaced(const Commands& commands) {
  const CLI::App* command = commands.chosen();
  if (command == nullptr) return std::nullopt;
  for (const CLI::Option* option : commands.root.get_options()) {
    if (option->count() == 0) continue;
    return wrong(command, option->get_name() + " must stand after \"" + command->get_name() + "\"");
  }
  return std::nullopt;
}

}  // namespace

Invocation parse_command_line(int argc, const char* const* argv) {
  Commands commands;
  try {
    commands.root.parse(argc, argv);
  } catch (const CLI::CallForHelp&) {
    const CLI::App* command = commands.chosen();
    return Message{command == nullptr ? commands.root.help() : command->help("blackwell-probe"), 0};
  } catch (const CLI::ParseError& error) {
    // A mistyped flag often makes something else look wrong too: it is the better thing to name.
    if (const auto extra = judge_extras(commands)) return *extra;
    return wrong(commands.chosen(), sentence_of(error));
  }
  if (const auto extra = judge_extras(commands)) return *extra;
  if (const auto misplaced = judge_misplaced(commands)) return *misplaced;
  if (const auto missing = judge_missing(commands)) return *missing;
  const CLI::App* command = commands.chosen();
  if (command == nullptr) {
    if (commands.root.count("--version") > 0) return commands.version;
    return commands.bare;
  }
  const std::string& name = command->get_name();
  if (name == "run") return commands.run;
  if (name == "matrix") return commands.matrix;
  if (name == "list") return commands.list;
  if (name == "render") return commands.render;
  return commands.version;
}

}  // namespace bp
