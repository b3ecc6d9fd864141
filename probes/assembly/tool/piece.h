// A piece: what the assembler and the disassembler said of one module, raw. It is judged when the
// pieces are merged, so that a change of the judging code does not assemble anything again.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "probes/assembly/ptxas.h"
#include "probes/assembly/sass.h"
#include "probes/registry/target.h"

namespace bp {

/// Everything that a piece depends on: equal keys, equal pieces.
struct PieceKey {
  std::string module;
  std::string ptx;
  PtxVersion minimum;
  std::vector<Target> targets;
  std::string ptxas;     // Ptxas::name()
  std::string nvdisasm;  // its version; empty: not disassembled
  bool operator==(const PieceKey&) const = default;
};

struct PieceRow {
  Target target;
  PtxVersion version;  // the `.version` it was assembled with
  bool accepted = false;
  std::string log;
  std::vector<std::uint8_t> cubin;
  Disassembly disassembly;
};

struct Piece {
  PieceKey key;
  std::vector<PieceRow> rows;  // targets that the assembler does not know are left out
};

std::string disassembler_version(const std::string& nvdisasm);
Piece assemble_piece(PieceKey key, const Ptxas& ptxas, const std::string& nvdisasm,
                     unsigned threads);

/// Nullopt if there is no such file, or it is damaged or of another format version.
std::optional<Piece> read_piece(const std::filesystem::path& path);
void write_piece(const std::filesystem::path& path, const Piece& piece);

/// The name of a probe's files: its feature's id with '.' written as '_'.
std::string stem_of(std::string_view feature);
/// Throws std::runtime_error.
std::string read_text(const std::filesystem::path& path);

/// Writes beside the file and renames, so that an interrupted build leaves no half file; leaves a
/// file with these very bytes alone.
void write_if_changed(const std::filesystem::path& path, std::string_view bytes);

}  // namespace bp
