// bp-kernels-table: what the entries of all kernels take of an SM on every target that takes them,
// as a page of Markdown (docs/kernels/resources.md, `make kernels-table`).
//
//   bp-kernels-table PTXAS OUTPUT
#include <cstdio>
#include <fstream>
#include <map>
#include <set>
#include <string>

#include "kernels/embedded.h"
#include "kernels/image.h"
#include "kernels/kernel.h"
#include "kernels/reference/parallel.h"
#include "kernels/resources.h"
#include "probes/assembly/ptxas.h"
#include "probes/assembly/rewrite.h"

namespace {

using namespace bp;

struct Cell {
  std::string module;
  Target target;
  bool accepted = false;
  std::vector<EntryResources> entries;
};

/// With the newest `.version` of the assembler, so that a refusal is about the target.
std::vector<Cell> judge(const Ptxas& ptxas) {
  std::set<std::string> modules;
  for (const auto& assembly : kernel_pack().assemblies()) modules.emplace(assembly.module);
  std::vector<Cell> cells;
  for (const std::string& module : modules) {
    const bool hopper = kernel_pack().ptx(module).find(".target sm_90a") != std::string::npos;
    for (const Target target : known_targets()) {
      const bool wanted = hopper
                              ? target == hopper_target
                              : target.cc >= portable_target.cc && target.suffix != Suffix::family;
      if (wanted && ptxas.knows(target)) cells.push_back({module, target, false, {}});
    }
  }
  parallel_for(static_cast<int>(cells.size()), [&](int i) {
    Cell& cell = cells[static_cast<std::size_t>(i)];
    const auto text = retarget(kernel_pack().ptx(cell.module), ptxas.newest_ptx(), cell.target);
    const auto output = ptxas.assemble(text, cell.target, std::chrono::minutes(20));
    cell.accepted = output.accepted;
    cell.entries = read_resources(output.cubin);
  });
  return cells;
}

/// Each entry with its launch, of the kernel whose table names it.
std::map<std::string, KernelEntry> launches() {
  std::map<std::string, KernelEntry> found;
  for (const Kernel& kernel : kernels()) {
    if (kernel.entries == nullptr) continue;
    for (KernelEntry& entry : kernel.entries()) found.emplace(entry.name, std::move(entry));
  }
  return found;
}

std::string page(const Ptxas& ptxas) {
  const auto launched = launches();
  std::string text =
      "# What the kernels take of an SM\n\nMade by `make kernels-table` with " + ptxas.name() +
      ": each entry assembled for each target; one that refuses a module (e4m3 before sm_89) "
      "says so. Registers and stack are of a thread; a stack of 0 bytes means that no register "
      "was spilled. Shared memory is that of a block, static and the most dynamic that it is "
      "launched with; an entry that needs more than 101376 bytes is chosen only where the GPU has "
      "more. What a GPU other than an "
      "H200 does with it was not seen: this is `assembled`.\n";
  std::string module;
  for (const Cell& cell : judge(ptxas)) {
    if (cell.module != module) {
      module = cell.module;
      text +=
          "\n## " + module +
          "\n\n| target | entry | registers | stack (bytes) | threads | shared memory (bytes) |\n"
          "| --- | --- | ---: | ---: | ---: | ---: |\n";
    }
    if (!cell.accepted) {
      text += "| " + to_string(cell.target) + " | refused | | | | |\n";
      continue;
    }
    for (const EntryResources& entry : cell.entries) {
      const auto launch = launched.find(entry.name);
      const bool known = launch != launched.end();
      text += "| " + to_string(cell.target) + " | " + entry.name + " | " +
              std::to_string(entry.registers) + " | " + std::to_string(entry.stack_bytes) + " | " +
              (known ? std::to_string(launch->second.threads) : "") + " | " +
              (known ? std::to_string(entry.shared_bytes + launch->second.shared_bytes) : "") +
              " |\n";
    }
  }
  return text;
}

}  // namespace

int main(int count, char** arguments) {
  if (count != 3) {
    std::fputs("usage: bp-kernels-table PTXAS OUTPUT\n", stderr);
    return 2;
  }
  try {
    const std::string text = page(Ptxas(arguments[1]));
    std::ofstream file(arguments[2], std::ios::binary);
    file << text;
    if (!file.flush()) throw std::runtime_error(std::string("cannot write ") + arguments[2]);
    return 0;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "bp-kernels-table: %s\n", error.what());
    return 1;
  }
}
