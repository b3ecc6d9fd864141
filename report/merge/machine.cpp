#include "report/merge/machine.h"

#include "report/model/report.h"

namespace bp {

std::string_view to_string(Judged subject) {
  switch (subject) {
    case Judged::feature:
      return "feature";
    case Judged::kernel:
      return "kernel";
    case Judged::backend:
      break;
  }
  return "backend";
}

std::string_view word_of(Judged subject, std::uint8_t value) {
  return subject == Judged::backend ? to_string(static_cast<Verdict>(value))
                                    : to_string(static_cast<Status>(value));
}

}  // namespace bp
