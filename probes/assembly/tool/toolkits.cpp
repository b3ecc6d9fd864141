#include "probes/assembly/tool/toolkits.h"

#include <cstdio>
#include <filesystem>
#include <thread>

#include "probes/assembly/tool/piece.h"
#include "probes/assembly/toolkits.h"
#include "probes/features/probe.h"

namespace bp {
namespace {

ToolkitTable table_in(const std::filesystem::path& file) {
  if (!std::filesystem::exists(file)) return {};
  try {
    return decode_table(read_text(file));
  } catch (const ToolkitTableError& error) {
    std::fprintf(stderr, "%s: all is judged anew\n", error.what());
    return {};
  }
}

}  // namespace

void refresh_toolkits(const ToolkitsArguments& arguments) {
  std::vector<Ptxas> assemblers;
  for (const auto& path : arguments.assemblers) assemblers.emplace_back(path);
  std::vector<MatrixModule> modules;
  for (const auto* probe : probes()) {
    const auto file =
        std::filesystem::path(arguments.ptx_folder) / (stem_of(probe->feature) + ".ptx");
    modules.push_back({.feature = std::string(probe->feature),
                       .ptx = read_text(file),
                       .own = std::string(probe->instructions.front()),
                       .minimum = probe->ptx});
  }
  const auto present = arguments.all ? ToolkitTable{} : table_in(arguments.output);
  const auto table = judge_with_toolkits(
      assemblers, modules, present, std::max(1u, std::thread::hardware_concurrency()),
      [](std::size_t done, std::size_t all) {
        if (done % 500 == 0 || done == all)
          std::fprintf(stderr, "%zu of %zu cells are judged\n", done, all);
      });
  write_if_changed(arguments.output, encode_table(table));
}

}  // namespace bp
