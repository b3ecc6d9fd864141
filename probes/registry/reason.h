// The stable reason ids, each with the sentence and remedy that people see.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "probes/registry/evidence.h"

namespace bp {

struct ReasonText {
  std::string_view id;
  std::string_view sentence;
  std::string_view remedy;
};

std::span<const ReasonText> reasons();
/// The reason with its text; `detail`, if any, is appended to the sentence after ": ".
/// An id that is not in the table is a programming error (throws std::logic_error).
Reason make_reason(std::string_view id, std::string_view detail = {});

}  // namespace bp
