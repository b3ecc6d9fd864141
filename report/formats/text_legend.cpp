#include "report/formats/text_legend.h"

#include <string>

#include "report/formats/rates.h"
#include "report/formats/summary.h"

namespace bp {

void write_legend(Page& page) {
  page.heading("How to read this");
  for (const EvidenceKind kind :
       {EvidenceKind::inferred, EvidenceKind::declared, EvidenceKind::assembled,
        EvidenceKind::simulated, EvidenceKind::loaded, EvidenceKind::launched,
        EvidenceKind::verified, EvidenceKind::counted}) {
    page.line(2, 14,
              {{Page::padded(to_string(kind), 12), Ink::strong}, {std::string(meaning(kind))}});
  }
  page.line(2, 2,
            {{"Evidence runs from weak (inferred) to strong (counted). In brackets stands the "
              "strongest evidence for a feature, and the weakest among the needs of a backend. " +
              std::string(peak_words_meaning())}});
}

}  // namespace bp
