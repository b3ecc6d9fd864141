// Reads the few things of a report that a fleet is made of, with simdjson: thousands of reports are
// read at once, and most of a report is evidence that is not kept here.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <variant>

#include "report/merge/machine.h"

namespace bp {

/// Bytes after the end of a text that the reader may look at (simdjson, "SIMDJSON_PADDING").
inline constexpr std::size_t reader_padding = 64;

/// Keeps its memory between reports. Not for two threads at once.
class MachineReader {
 public:
  MachineReader();
  ~MachineReader();
  MachineReader(const MachineReader&) = delete;
  MachineReader& operator=(const MachineReader&) = delete;

  /// The machine, or one sentence about what is wrong with the text. The whole text is checked to
  /// be JSON in UTF-8, also where it is not looked at. `text` gets the padding behind its end.
  std::variant<FleetMachine, std::string> read(std::string& text);

 private:
  struct Parser;
  std::unique_ptr<Parser> parser_;
};

}  // namespace bp
