#include "probes/assembly/tool/piece.h"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <map>
#include <nlohmann/json.hpp>
#include <stdexcept>

#include "probes/assembly/parallel.h"
#include "probes/assembly/process.h"
#include "probes/assembly/rewrite.h"

namespace bp {
namespace {

using nlohmann::json;

// Raise this when the meaning of a piece changes: older ones are then made again.
constexpr int format = 1;

json encode_version(PtxVersion version) { return {version.major, version.minor}; }
PtxVersion decode_version(const json& value) {
  return {value.at(0).get<int>(), value.at(1).get<int>()};
}

Target decode_target(const json& value) {
  const auto target = parse_target(value.get<std::string>());
  if (!target) throw std::runtime_error("not a target");
  return *target;
}

json encode_key(const PieceKey& key) {
  json targets = json::array();
  for (const auto target : key.targets) targets.push_back(to_string(target));
  return {{"module", key.module}, {"ptx", key.ptx},     {"minimum", encode_version(key.minimum)},
          {"targets", targets},   {"ptxas", key.ptxas}, {"nvdisasm", key.nvdisasm}};
}

PieceKey decode_key(const json& value) {
  PieceKey key;
  key.module = value.at("module");
  key.ptx = value.at("ptx");
  key.minimum = decode_version(value.at("minimum"));
  for (const auto& target : value.at("targets")) key.targets.push_back(decode_target(target));
  key.ptxas = value.at("ptxas");
  key.nvdisasm = value.at("nvdisasm");
  return key;
}

Disassembly disassemble(const std::string& nvdisasm, std::span<const std::uint8_t> cubin) {
  const PrivateFolder folder;
  const auto file = folder.path() / "module.cubin";
  write_if_changed(file, {reinterpret_cast<const char*>(cubin.data()), cubin.size()});
  // Without the analysis of data flow it is a third faster and says the same of the opcodes.
  const auto run = run_process({nvdisasm, "-c", "-ndf", file.string()}, std::chrono::seconds(60));
  if (run.status != 0) throw std::runtime_error(nvdisasm + " failed: " + run.output.substr(0, 500));
  return parse_disassembly(run.output);
}

/// The disassembler takes ten times as long as the assembler, and sm_120, sm_120f and sm_120a
/// mostly get the very same code: one run for all rows of a number that hold the same.
void disassemble_all(std::vector<PieceRow>& rows, const std::string& nvdisasm, unsigned threads) {
  std::map<std::pair<int, std::string>, std::vector<PieceRow*>> groups;
  for (auto& row : rows)
    if (row.accepted) groups[{row.target.cc.number(), machine_code(row.cubin)}].push_back(&row);
  std::vector<std::vector<PieceRow*>> work;
  for (auto& [code, same] : groups) work.push_back(std::move(same));
  in_parallel(work.size(), threads, [&](std::size_t i) {
    const auto found = disassemble(nvdisasm, work[i].front()->cubin);
    for (auto* row : work[i]) row->disassembly = found;
  });
}

}  // namespace

std::string disassembler_version(const std::string& nvdisasm) {
  const auto run = run_process({nvdisasm, "--version"}, std::chrono::seconds(30));
  if (run.status != 0) throw std::runtime_error(nvdisasm + " --version failed");
  return run.output;
}

Piece assemble_piece(PieceKey key, const Ptxas& ptxas, const std::string& nvdisasm,
                     unsigned threads) {
  Piece piece{.key = std::move(key), .rows = {}};
  std::vector<std::optional<PieceRow>> rows(piece.key.targets.size());
  in_parallel(rows.size(), threads, [&](std::size_t i) {
    PieceRow row;
    row.target = piece.key.targets[i];
    row.version = version_for(piece.key.minimum, row.target, ptxas.newest_ptx());
    auto output = ptxas.assemble(retarget(piece.key.ptx, row.version, row.target), row.target);
    if (Ptxas::is_unknown_target(output)) return;
    row.accepted = output.accepted;
    row.log = std::move(output.log);
    row.cubin = std::move(output.cubin);
    rows[i] = std::move(row);
  });
  for (auto& row : rows)
    if (row) piece.rows.push_back(std::move(*row));
  if (!nvdisasm.empty()) disassemble_all(piece.rows, nvdisasm, threads);
  return piece;
}

std::optional<Piece> read_piece(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return std::nullopt;
  const std::vector<std::uint8_t> bytes{std::istreambuf_iterator<char>(file),
                                        std::istreambuf_iterator<char>()};
  try {
    const auto value = json::from_cbor(bytes);
    if (value.at("format") != format) return std::nullopt;
    Piece piece{.key = decode_key(value.at("key")), .rows = {}};
    for (const auto& entry : value.at("rows")) {
      PieceRow row;
      row.target = decode_target(entry.at("target"));
      row.version = decode_version(entry.at("version"));
      row.accepted = entry.at("accepted");
      row.log = entry.at("log");
      row.cubin = entry.at("cubin").get_binary();
      row.disassembly.opcodes = entry.at("opcodes").get<std::vector<std::string>>();
      row.disassembly.helpers = entry.at("helpers").get<std::vector<std::string>>();
      piece.rows.push_back(std::move(row));
    }
    return piece;
  } catch (const std::exception&) {
    return std::nullopt;
  }
}

void write_piece(const std::filesystem::path& path, const Piece& piece) {
  json rows = json::array();
  for (const auto& row : piece.rows) {
    rows.push_back({{"target", to_string(row.target)},
                    {"version", encode_version(row.version)},
                    {"accepted", row.accepted},
                    {"log", row.log},
                    {"cubin", json::binary(row.cubin)},
                    {"opcodes", row.disassembly.opcodes},
                    {"helpers", row.disassembly.helpers}});
  }
  const auto bytes =
      json::to_cbor({{"format", format}, {"key", encode_key(piece.key)}, {"rows", rows}});
  write_if_changed(path, {reinterpret_cast<const char*>(bytes.data()), bytes.size()});
}

std::string stem_of(std::string_view feature) {
  std::string stem(feature);
  std::ranges::replace(stem, '.', '_');
  return stem;
}

std::string read_text(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) throw std::runtime_error("cannot read " + path.string());
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

void write_if_changed(const std::filesystem::path& path, std::string_view bytes) {
  {
    std::ifstream present(path, std::ios::binary);
    const std::string old{std::istreambuf_iterator<char>(present),
                          std::istreambuf_iterator<char>()};
    if (present && old == bytes) return;
  }
  auto temporary = path;
  temporary += ".new";
  std::ofstream file(temporary, std::ios::binary);
  file.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  file.close();
  if (!file) throw std::runtime_error("cannot write " + temporary.string() + ": is the disk full?");
  std::filesystem::rename(temporary, path);
}

}  // namespace bp
