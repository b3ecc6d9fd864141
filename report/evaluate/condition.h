// An expression judged for one subject: what is there, what is missing, and how that is known.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "report/evaluate/evaluate.h"

namespace bp {

/// Ordered from best to worst for "and"; "or" takes the best known one.
enum class Have : std::uint8_t {
  yes,
  unknown,  // blocked, timed_out, not_run, or a limit nobody told
  broken,   // wrong_result or crashed
  no,       // unsupported, refused, or a limit that is too small
};

struct Judged {
  Have have = Have::yes;
  std::vector<std::string>
      culprits;  // the leaves that made it so: "tcgen05.tmem", "smem_optin >= 225 KiB (is 99 KiB)"
  std::optional<EvidenceKind> evidence;  // the weakest among the leaves that count
  std::vector<std::string> emulated;     // feature ids
};

Judged judge(const Expression& expression, const Subject& subject);

}  // namespace bp
