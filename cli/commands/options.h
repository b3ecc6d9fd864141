// What the user asked for, as values: filled by cli/command_line, read by the commands.
#pragma once

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "cli/output/terminal.h"
#include "report/evaluate/shape.h"

namespace bp {

struct OutputOptions {
  std::string format;  // of standard output; empty: text, where anything is printed there
  std::vector<std::string> files;  // -o, format by suffix; "-" is standard output
  Colour colour = Colour::automatic;
  bool identify = false;  // keep what identifies this machine, in outputs and their names
};

/// What is said on standard error while probes run.
struct Talk {
  bool quiet = false;  // no progress line
  int verbose = 0;     // 1: each item as it ends; 2: also what happens to workers
};

struct RunOptions {
  bool bare = false;              // no command was named
  std::string level = "default";  // quick: features only; full: sweeps, facts and rates too
  double timeout_seconds = 10;    // per item
  std::vector<std::string> only;  // globs over feature and kernel ids
  std::vector<std::string> skip;
  std::vector<std::string> gpus;     // ordinal or UUID
  std::vector<std::string> targets;  // not in hand: "sm_121", "sm_121a"
  Shape shape;                       // that backends are judged for
  std::vector<std::string> models;   // names of presets or model files; empty: all presets
  std::uint64_t seed = 1;
  bool strict = false;
  Talk talk;
  std::string libcuda;
  OutputOptions output;
};

struct BenchOptions {
  std::vector<std::string> filter;  // globs over "KERNEL/SHAPE"; empty: all
  std::vector<std::string> models;  // ids of presets whose shapes are meant; empty: any
  std::string tuning = "all";       // "free", "portable"
  bool warm = false;                // L2 as the last launch left it
  bool list = false;                // name the rows instead
  double least_seconds = 0.1;       // of launches that are timed, a row
  double timeout_seconds = 60;      // a row
  std::vector<std::string> gpus;    // ordinal or UUID
  std::uint64_t seed = 1;
  Talk talk;
  std::string libcuda;
  OutputOptions output;
};

struct MatrixOptions {
  std::vector<std::string> targets;   // "sm_121" (with its suffixes) or "sm_121a"; empty: all
  std::vector<std::string> features;  // globs; empty: all
  std::vector<std::string> toolkits;  // "12.8", "newest", "all"; empty: the one of the build
  std::string ptxas;                  // path of another assembler to ask instead
  bool driver = false;                // ask the installed driver's assembler instead
  std::string libcuda;                // with `driver`
  OutputOptions output;
};

struct ListOptions {
  std::string what;                  // of list_kinds()
  std::vector<std::string> targets;  // of backends: the verdicts for these instead
  Shape shape;                       // with `targets`
  OutputOptions output;
};

struct RenderOptions {
  std::string file;                 // report.json; "-" is standard input
  std::vector<std::string> models;  // judged anew for what the report holds
  OutputOptions output;
};

struct GateOptions {
  std::vector<std::string> require;  // requirements as written
  std::vector<std::string> xfail;    // those that are expected not to be met
  std::string config;                // a file of them; empty: the one of the current folder
  std::vector<std::string> sets;     // of that file, by name; empty: gate.require
  std::string report;                // a stored report; "-" is standard input
  std::vector<std::string> targets;  // not in hand
  bool allow_fake = false;
  std::string emit;  // of emit_kinds(); empty: nothing
  // Of a fresh run:
  std::vector<std::string> gpus;
  double timeout_seconds = 10;
  std::string libcuda;
  Talk talk;
  Shape shape;  // also of targets
  OutputOptions output;
};

struct DiffOptions {
  std::string before;  // reports; one may be "-"
  std::string after;
  std::string noise = "5%";
  std::string fail_on = "worse";  // any, never
  OutputOptions output;
};

struct MergeOptions {
  std::vector<std::string> inputs;  // files, folders, "-"
  std::string files_from;           // a file that names more of them
  OutputOptions output;
};

struct VersionOptions {
  OutputOptions output;
};

struct CompletionOptions {
  std::string shell;
};

/// The man page, for the build: not a command for people.
struct ManPageOptions {};

/// Nothing to do but to print this and exit with the status: help, or what is wrong with the
/// command line.
struct Message {
  std::string text;
  int status = 0;
};

using Invocation = std::variant<Message, RunOptions, BenchOptions, MatrixOptions, ListOptions,
                                RenderOptions, GateOptions, DiffOptions, MergeOptions,
                                VersionOptions, CompletionOptions, ManPageOptions>;

Invocation parse_command_line(int argc, const char* const* argv);

}  // namespace bp
