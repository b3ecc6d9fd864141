// Catalogues written in the tests themselves: the shipped one changes with other people's code.
#pragma once

#include <string>
#include <vector>

#include "report/evaluate/evaluate.h"

namespace bp::test {

/// Parsed from rows in JSON: id, name, date and sources are filled in where a row leaves them out.
Catalogue catalogue_of(const std::vector<std::string>& rows);

/// The text of a file of the catalogue with these rows.
std::string file_of(const std::vector<std::string>& rows);

/// A machine that people have, by what is known of it: not a measurement.
struct Machine {
  std::string name;
  ComputeCapability cc;
};
inline const Machine h200{"H200", {9, 0}};
inline const Machine h20{"H20", {9, 0}};
inline const Machine b200{"B200", {10, 0}};
inline const Machine b300{"B300", {10, 3}};
inline const Machine thor{"Thor", {11, 0}};
inline const Machine rtx5090{"RTX 5090", {12, 0}};
inline const Machine gb10{"GB10", {12, 1}};
inline const Machine a100{"A100", {8, 0}};

/// As a subject in hand: the families of instructions that the PTX ISA names for it, and its
/// documented limits.
Subject subject_of(const Machine& machine);

}  // namespace bp::test
