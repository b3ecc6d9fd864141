// report.json from a stranger: read, redacted, written in every format. A text that is not a report
// is a ReportError; anything else that is thrown ends the program, as a crash does.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "report/formats/format.h"
#include "report/formats/json.h"
#include "report/redact/redact.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace bp;
  Report report;
  try {
    report = parse_report({reinterpret_cast<const char*>(data), size});
  } catch (const ReportError&) {
    return 0;
  }
  const Report redacted = redact(report, {{"node7.example.org"}, {"alice"}, {"/home/alice"}});
  for (const Format& format : formats()) {
    format.serialise(redacted, {});
    format.serialise(report, {40, true, false, Detail::summary});
  }
  return 0;
}
