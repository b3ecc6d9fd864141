// Reading an assembler's log (ptxas, or the driver's, whose lines have the same form).
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace bp {

struct LogLine {
  std::size_t line = 0;  // 1-based line of the PTX text; 0: none named
  enum class Severity { info, warning, error, fatal } severity = Severity::info;
  std::string message;  // without the "ptxas ..., line N; error   :" prefix
};

/// Every line of the log that has the assembler's form; others are ignored.
std::vector<LogLine> parse_log(std::string_view log);

/// What a refusal means for one feature (DESIGN: "unsupported needs two things").
enum class Refusal {
  not_on_target,  // names the feature's own instruction as not supported on, or requiring another,
                  // .target
  other,  // version, unknown modifier, unknown target, resources, helper instruction ...: not a
          // verdict
};

/// `ptx`: the text that was assembled; `own`: the feature's own instruction (its first declared
/// opcode). Looks at error lines whose PTX line holds `own`'s opcode; picks the message that
/// decided.
struct Judgement {
  Refusal refusal = Refusal::other;
  std::string message;
};
Judgement judge(std::string_view ptx, std::span<const LogLine> log, std::string_view own);

}  // namespace bp
