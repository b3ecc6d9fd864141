// A report as merge reads it, with simdjson: what is a machine goes into a fleet, which is written
// in every format; what is not has a sentence. A reader that has read something else before must
// say the same.
#include "report/merge/machine_reader.h"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <variant>

#include "report/merge/fleet.h"
#include "report/merge/fleet_output.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace bp;
  std::string text(reinterpret_cast<const char*>(data), size);
  std::string again = text;
  MachineReader reader;
  const auto first = reader.read(text);
  if (reader.read(again) != first) std::abort();
  Fleet fleet;
  fleet.skip("another.json", "It is empty.");
  if (const auto* machine = std::get_if<FleetMachine>(&first)) {
    // Three that are alike and one that differs from most.
    FleetMachine odd = *machine;
    odd.driver += ".1";
    for (const char* name : {"/home/alice/a.json", "b.json", "c.json"})
      fleet.add(name, *machine, size);
    fleet.add("d.json", odd, size + 1);
  } else {
    fleet.skip("this.json", std::get<std::string>(first));
  }
  const FleetReport report = redact(fleet.report(), {{"node7"}, {"alice"}, {"/home/alice"}});
  fleet_text(report, {40, true, false, Detail::summary});
  fleet_json(report);
  fleet_html(report);
  return 0;
}
