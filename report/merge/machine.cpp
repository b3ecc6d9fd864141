#include "report/merge/machine.h"

#include "report/model/report.h"

namespace bp {

std::string_view to_string(Subject subject) {
  switch (subject) {
    case Subject::feature:
      return "feature";
    case Subject::kernel:
      return "kernel";
    case Subject::backend:
      break;
  }
  return "backend";
}

std::string_view word_of(Subject subject, std::uint8_t value) {
  return subject == Subject::backend ? to_string(static_cast<Verdict>(value))
                                     : to_string(static_cast<Status>(value));
}

}  // namespace bp
