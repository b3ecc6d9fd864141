#include "tests/fake_driver/machine.h"

#include <array>
#include <cstdio>
#include <fstream>
#include <nlohmann/json.hpp>

namespace bp::fake {
namespace {

using Json = nlohmann::json;

Json read_json(const std::filesystem::path& file, int depth) {
  if (depth > 4) throw MachineError("machine files extend each other: " + file.string());
  std::ifstream stream(file);
  if (!stream) throw MachineError("cannot read the machine file " + file.string());
  Json json = Json::parse(stream);
  if (!json.contains("extends")) return json;
  Json base = read_json(file.parent_path() / json.at("extends").get<std::string>(), depth + 1);
  json.erase("extends");
  // Every GPU of the base gets the same changes, so that a set-up need not repeat it.
  if (json.contains("every_gpu")) {
    for (auto& gpu : base.at("gpus")) gpu.merge_patch(json.at("every_gpu"));
    json.erase("every_gpu");
  }
  base.merge_patch(json);
  return base;
}

ComputeCapability read_cc(const Json& json) {
  const auto cc = parse_compute_capability(json.get<std::string>());
  if (!cc) throw MachineError("not a compute capability: " + json.dump());
  return *cc;
}

/// `index`: of the GPU in the machine, for ids of its own.
FakeGpu read_gpu(const Json& json, int index) {
  FakeGpu gpu;
  gpu.name = json.at("name").get<std::string>();
  gpu.cc = read_cc(json.at("compute_capability"));
  if (json.contains("stand_in")) gpu.stand_in = read_cc(json.at("stand_in"));
  gpu.attributes = json.at("attributes").get<std::map<std::string, std::int64_t>>();
  gpu.attributes["compute_capability_major"] = gpu.cc.major;
  gpu.attributes["compute_capability_minor"] = gpu.cc.minor;
  gpu.total_bytes = json.at("total_bytes").get<std::uint64_t>();
  gpu.free_bytes = json.value("free_bytes", gpu.total_bytes);
  gpu.context_result = json.value("context_result", 0);
  std::array<char, 40> id{};
  std::snprintf(id.data(), id.size(), "%032x", 0xfa5e00 + index);
  gpu.uuid = id.data();
  std::snprintf(id.data(), id.size(), "0000:%02x:00.0", 1 + index);
  gpu.pci = id.data();
  gpu.clocks = json.value("clocks", std::map<std::string, double>{});
  gpu.behave = json.value("behave", std::map<std::string, std::string>{});
  gpu.max_cluster = json.value("max_cluster", 8u);
  gpu.nvml = json.value("nvml", gpu.nvml);
  return gpu;
}

}  // namespace

Machine read_machine(const std::filesystem::path& file) {
  const Json json = read_json(file, 0);
  Machine machine;
  machine.id = json.at("id").get<std::string>();
  const Json& driver = json.at("driver");
  machine.driver_version = driver.value("version", "");
  machine.nvml_result = json.value("nvml_result", 0);
  machine.cuda_version = driver.at("cuda_version").get<int>();
  machine.assembler = driver.value("assembler", "build");
  machine.jit_compiler = driver.value("jit_compiler", true);
  machine.newest_cubin_abi = driver.value("newest_cubin_abi", 8);
  machine.init_result = driver.value("init_result", 0);
  machine.init_behaviour = driver.value("init_behaviour", "");
  machine.files = json.value("files", machine.files);
  for (const auto& gpu : json.at("gpus")) {
    for (int copies = gpu.value("copies", 1); copies > 0; --copies) {
      const auto index = static_cast<int>(machine.gpus.size());
      Json own = gpu;
      if (json.contains("each_gpu"))
        own.merge_patch(json["each_gpu"].value(std::to_string(index), Json::object()));
      machine.gpus.push_back(read_gpu(own, index));
    }
  }
  return machine;
}

}  // namespace bp::fake
