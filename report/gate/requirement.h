// The language of requirements, parsed.
//
//   requirement := conjunction { "or" conjunction }
//   conjunction := term { "and" term }
//   term        := "not" term | "(" requirement ")" | scope | statement
//   scope       := ("all" | "any") "(" [ selector "," ] requirement ")"
//   selector    := a requirement that speaks of cc and gpu alone
//   statement   := "feature:" ID ( ">=" EVIDENCE | "=" STATUS )
//                | "kernel:" ID ( ">=" EVIDENCE | "=" STATUS )
//                | "backend:" ID ( ">=" EVIDENCE | "=" VERDICT )
//                | "limit:smem_" NAME COMPARE NUMBER ( "B" | "KiB" | "MiB" | "GiB" )
//                | "limit:" NAME COMPARE NUMBER
//                | ( "driver" | "cuda" | "ptx" ) COMPARE VERSION
//                | "cc" COMPARE VERSION | "cc" "=" MAJOR ".x" | "gpu" "=" NUMBER
//   COMPARE     := ">=" | "<=" | ">" | "<" | "="
//   STATUS      := supported | emulated | unsupported | wrong_result
//
// An ID may be a glob (wgmma.*): every id that it matches must hold. Versions are compared number
// by number, as far as the written one goes: 580.159.04 is "=580". Outside a scope, what is said of
// a GPU must hold for every GPU; scopes do not nest. docs/gate.md says the same for people.
#pragma once

#include <cstdint>
#include <map>
#include <stdexcept>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "probes/registry/evidence.h"
#include "report/model/report.h"

namespace bp::gate {

enum class About : std::uint8_t {
  feature,
  kernel,
  backend,
  limit,
  driver,
  cuda,
  ptx,
  capability,
  gpu,
};
std::string_view to_string(About about);

/// Ids that statements may name, by what they are about.
using Names = std::map<About, std::vector<std::string>>;

enum class Compare : std::uint8_t { at_least, at_most, more, less, equal };

struct Statement {
  About about = About::feature;
  std::string id{};                // as written: may be a glob; empty where there is none
  std::vector<std::string> ids{};  // what is meant: the id, or all that the glob matches (names.h)
  std::size_t id_column = 0;       // from 0
  Compare compare = Compare::at_least;
  /// EvidenceKind: at least; Status or Verdict: exactly; double: of limits, in bytes where they
  /// have a unit; string: a version, "12.x", or the number of a GPU.
  std::variant<EvidenceKind, Status, Verdict, double, std::string> value = EvidenceKind::inferred;
  bool of_one_gpu() const;  // driver, cuda and ptx are the machine's
};

struct Requirement {
  enum class Kind : std::uint8_t { all_of, any_of, negation, every_gpu, some_gpu, statement };
  Kind kind = Kind::statement;
  std::vector<Requirement>
      parts{};  // of a scope: what is required, and the selector if there is one
  Statement statement{};
};

/// `what` is a sentence without its column.
struct RequirementError : std::runtime_error {
  RequirementError(std::size_t at, const std::string& what)
      : std::runtime_error(what), column(at) {}
  std::size_t column;  // from 0, in bytes
};

/// Throws RequirementError. Input is hostile: depth and length are bounded (64 levels, 4096
/// characters).
Requirement parse_requirement(std::string_view text);

/// All statements of it, in the order in which they are written.
std::vector<const Statement*> statements_of(const Requirement& requirement);
std::vector<Statement*> statements_of(Requirement& requirement);

/// "at column 9: ..." and, below the text, a caret at that column.
std::string explained(std::string_view text, const RequirementError& error);

}  // namespace bp::gate
