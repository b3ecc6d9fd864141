// What the tool can say about a feature or kernel, and how it knows. Value types only: produced by
// the engine and the evaluator, carried over the worker's pipe, kept in report.json.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace bp {

/// Weak to strong; the order is the meaning (docs/evidence.md).
enum class EvidenceKind : std::uint8_t {
  inferred,   // from a table
  declared,   // driver attribute
  assembled,  // an assembler judged it for this exact target
  simulated,  // the same PTX gave the reference result on the simulator
  loaded,
  launched,
  verified,  // result equals the reference and the planted fault was caught, on this GPU
  counted,   // clock, counter or opcode of the loaded image shows which unit did the work
};
std::string_view to_string(EvidenceKind kind);
std::optional<EvidenceKind> parse_evidence_kind(std::string_view text);

/// `unit` of a rate that a clocked loop gave.
inline constexpr std::string_view rate_unit = "operations per clock and SM";

struct Evidence {
  EvidenceKind kind = EvidenceKind::inferred;
  bool against = false;         // evidence of a refusal or failure: never satisfies a gate
  std::string by;               // who says so, with version: "driver 580.159.04", "ptxas 13.0.88"
  std::string target;           // exact target or GPU it was obtained for: "sm_90a"
  std::string text;             // verbatim message, or what was seen
  std::optional<double> value;  // a figure, when there is one
  std::string unit;             // of `value`
  bool operator==(const Evidence&) const = default;
};

enum class Status : std::uint8_t {
  // of a feature or kernel on a GPU in hand
  supported,
  emulated,
  unsupported,
  wrong_result,
  crashed,
  timed_out,
  blocked,
  not_run,
  // of a feature on a target not in hand
  assembles,
  refused,
  // of a sweep or fact that came to its end
  measured,
};
std::string_view to_string(Status status);
std::optional<Status> parse_status(std::string_view text);

/// Why something is not a plain yes. `id` is stable and listed in reason.h.
struct Reason {
  std::string id;
  std::string sentence;
  std::string remedy;  // empty where there is none
  bool operator==(const Reason&) const = default;
};

struct FeatureResult {
  std::string id;
  Status status = Status::not_run;
  std::optional<Reason> reason;
  std::vector<Evidence> evidence;
  bool operator==(const FeatureResult&) const = default;
};

/// A measured or counted figure of a kernel check, e.g. {"max_abs_error", 1.2e-4, ""}.
struct Figure {
  std::string name;
  double value = 0;
  std::string unit;
  bool operator==(const Figure&) const = default;
};

struct KernelResult {
  std::string id;         // operation.path, e.g. "mla.dense_decode.mma_sync"
  std::string operation;  // operation.h
  std::string path;       // mma_sync, wgmma, tcgen05, block_scaled
  Status status = Status::not_run;
  std::optional<Reason> reason;
  std::vector<Evidence> evidence;
  std::vector<Figure> figures;
  bool operator==(const KernelResult&) const = default;
};

/// One cell of the features x targets table.
struct MatrixRow {
  std::string feature;
  std::string target;
  std::string toolkit;               // "ptxas 13.0.88" or "driver 580.159.04"
  Status verdict = Status::refused;  // assembles or refused
  std::string sass;     // "native: ...", "expanded: ...", "helper: ..."; empty: not disassembled
  std::string message;  // verbatim first message of a refusal
  std::string ptx{};    // smallest `.version` that is accepted; empty: not tried
  std::string since{};  // the first toolkit of the table that takes it; empty: none, or not known
  bool operator==(const MatrixRow&) const = default;
};

/// What an accepted instruction became, by MatrixRow::sass.
enum class MachineCode : std::uint8_t {
  unknown,   // not disassembled
  native,    // the defining opcode is there
  expanded,  // other instructions stand in its place
  helper,    // a call to one of NVIDIA's functions stands in its place or beside it
};
MachineCode machine_code_of(std::string_view sass);

/// The strongest kind among the evidence *for* (against == false), and the weakest; nullopt if
/// none.
std::optional<EvidenceKind> strongest(std::span<const Evidence> evidence);

}  // namespace bp
