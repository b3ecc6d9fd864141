#include "probes/assembly/embedded/toolkit_table.h"

namespace bp {

const ToolkitTable& toolkit_table() {
  static const ToolkitTable table = decode_table(embedded_toolkit_files().front());
  return table;
}

}  // namespace bp
