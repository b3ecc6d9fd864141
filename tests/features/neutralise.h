// Takes the tested instruction out of a PTX text, as a probe's description says, for the proof that
// the probe notices: the result must then be wrong.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "probes/features/probe.h"

namespace bp {

struct Neutralised {
  std::string text;
  std::size_t changed = 0;  // lines
};

/// Every line with an instruction that contains `rule.line_with` becomes `rule.replacement`, in
/// which %0 to %3 stand for the instruction's operands ("{%r1, %r2}" and "[%r3+16]" are one operand
/// each). Comments stay. Throws std::invalid_argument if the replacement names an operand that the
/// line does not have.
Neutralised neutralise(std::string_view ptx, const Neutralise& rule);

}  // namespace bp
