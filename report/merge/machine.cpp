#include "report/merge/machine.h"

#include "report/model/report.h"

namespace bp {

std::string_view to_string(ItemKind subject) {
  switch (subject) {
    case ItemKind::feature:
      return "feature";
    case ItemKind::kernel:
      return "kernel";
    case ItemKind::backend:
      return "backend";
    case ItemKind::bench:
      break;
  }
  return "bench";
}

std::string_view word_of(ItemKind subject, std::uint8_t value) {
  return subject == ItemKind::backend ? to_string(static_cast<Verdict>(value))
                                      : to_string(static_cast<Status>(value));
}

}  // namespace bp
