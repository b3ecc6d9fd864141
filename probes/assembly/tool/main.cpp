// bp-assemble: the build step between nvcc's PTX and the pack that is embedded in the program.
//
//   bp-assemble piece   one module through ptxas (and nvdisasm) for every target; slow, and
//   therefore repeated
//                       only if something that it depends on changed
//   bp-assemble merge   all pieces into one pack; judges what the assembler said
//   bp-assemble toolkits   every probe through several assemblers into
//   probes/assembly/toolkits.json
#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <thread>

#include "probes/assembly/log.h"
#include "probes/assembly/pack_writer.h"
#include "probes/assembly/rewrite.h"
#include "probes/assembly/tool/piece.h"
#include "probes/assembly/tool/toolkits.h"
#include "probes/features/probe.h"

namespace {

using namespace bp;

struct PieceArguments {
  std::string ptxas, nvdisasm, ptx, output, stem, module, version;
  std::vector<std::string> targets;
};

std::vector<Target> parse_targets(const std::vector<std::string>& names) {
  if (names == std::vector<std::string>{"all"})
    return {known_targets().begin(), known_targets().end()};
  std::vector<Target> targets;
  for (const auto& name : names) {
    const auto target = parse_target(name);
    if (!target)
      throw std::runtime_error("`" + name + "` in --targets is not a target such as sm_90a");
    targets.push_back(*target);
  }
  return targets;
}

const InstructionProbe& probe_of_file(const std::string& stem) {
  for (const auto* probe : probes())
    if (stem_of(probe->feature) == stem) return *probe;
  throw std::runtime_error("no probe describes the file " + stem +
                           ".cu: its .feature must be the file name with '_' for '.'");
}

void make_piece(const PieceArguments& arguments) {
  PieceKey key;
  if (!arguments.stem.empty()) {
    const auto& probe = probe_of_file(arguments.stem);
    key.module = probe.feature;
    key.minimum = probe.ptx;
  } else {
    const auto version = parse_ptx_version(arguments.version);
    if (arguments.module.empty() || !version)
      throw std::runtime_error("a piece needs --stem, or --module with --ptx-version such as 7.0");
    key.module = arguments.module;
    key.minimum = *version;
  }
  key.ptx = read_text(arguments.ptx);
  key.targets = parse_targets(arguments.targets);
  const Ptxas ptxas(arguments.ptxas);
  key.ptxas = ptxas.name();
  key.nvdisasm = arguments.nvdisasm.empty() ? "" : disassembler_version(arguments.nvdisasm);
  // An unchanged piece keeps its time stamp, so that what depends on it is left alone as well.
  if (const auto present = read_piece(arguments.output); present && present->key == key) return;
  const unsigned threads = std::clamp(std::thread::hardware_concurrency(), 1u, 4u);
  write_piece(arguments.output, assemble_piece(std::move(key), ptxas, arguments.nvdisasm, threads));
}

PackModule judged(const Piece& piece) {
  PackModule module{.id = piece.key.module, .ptx = piece.key.ptx, .rows = {}};
  const auto* probe = find_probe(module.id);
  const auto own = probe == nullptr || probe->instructions.empty() ? std::string_view{}
                                                                   : probe->instructions.front();
  const auto native = probe == nullptr ? std::span<const std::string_view>{} : probe->native_sass;
  for (const auto& row : piece.rows) {
    Assembly assembly;
    assembly.module = module.id;
    assembly.target = row.target;
    assembly.accepted = row.accepted;
    if (row.accepted) {
      assembly.sass = describe(row.disassembly, native, own);
      assembly.opcodes = row.disassembly.opcodes;
    } else {
      const auto text = retarget(piece.key.ptx, row.version, row.target);
      const auto judgement = judge(text, parse_log(row.log), own);
      assembly.on_target = judgement.refusal == Refusal::not_on_target;
      assembly.message = judgement.message;
    }
    module.rows.push_back({std::move(assembly), row.cubin});
  }
  return module;
}

void merge(const std::vector<std::string>& inputs, const std::string& output) {
  std::string toolkit;
  std::vector<PackModule> modules;
  for (const auto& input : inputs) {
    const auto piece = read_piece(input);
    if (!piece) throw std::runtime_error(input + " is damaged: delete it and build again");
    if (!toolkit.empty() && toolkit != piece->key.ptxas)
      throw std::runtime_error(input + " was made by " + piece->key.ptxas + ", others by " +
                               toolkit);
    toolkit = piece->key.ptxas;
    modules.push_back(judged(*piece));
  }
  const auto bytes = write_pack(toolkit, std::move(modules));
  write_if_changed(output, {reinterpret_cast<const char*>(bytes.data()), bytes.size()});
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app("Assembles PTX for every target and packs the result");
  app.require_subcommand(1);
  PieceArguments arguments;
  auto* piece = app.add_subcommand("piece", "assemble one module");
  piece->add_option("--ptxas", arguments.ptxas, "the assembler")->required();
  piece->add_option("--nvdisasm", arguments.nvdisasm, "the disassembler, if there is one");
  piece->add_option("--ptx", arguments.ptx, "nvcc's output")->required();
  piece->add_option("--output", arguments.output, "the piece to write")->required();
  piece->add_option("--stem", arguments.stem,
                    "file name of a probe: id and PTX version come from its description");
  piece->add_option("--module", arguments.module, "id of a module that is no probe");
  piece->add_option("--ptx-version", arguments.version, "smallest .version of that module");
  piece->add_option("--targets", arguments.targets, "sm_80,sm_90a,... or all")
      ->delimiter(',')
      ->required();
  std::vector<std::string> inputs;
  std::string output;
  auto* merging = app.add_subcommand("merge", "pack the pieces");
  merging->add_option("--output", output, "the pack to write")->required();
  merging->add_option("pieces", inputs, "the pieces")->required();
  ToolkitsArguments toolkits;
  auto* refreshing = app.add_subcommand("toolkits", "judge with several assemblers");
  refreshing->add_option("--ptxas", toolkits.assemblers, "an assembler; repeatable")->required();
  refreshing->add_option("--ptx-folder", toolkits.ptx_folder, "nvcc's outputs")->required();
  refreshing->add_flag("--all", toolkits.all, "judge what has not changed as well");
  refreshing->add_option("--output", toolkits.output, "the table to bring up to date")->required();
  CLI11_PARSE(app, argc, argv);
  try {
    if (piece->parsed())
      make_piece(arguments);
    else if (merging->parsed())
      merge(inputs, output);
    else
      refresh_toolkits(toolkits);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "bp-assemble: %s\n", error.what());
    return 1;
  }
  return 0;
}
