#include "tests/fake_driver/trace.h"

#include <fcntl.h>
#include <unistd.h>

#include <cstdlib>
#include <string>

namespace bp::fake {

void trace(std::string_view line) {
  const char* file = std::getenv("BLACKWELL_PROBE_FAKE_TRACE");
  if (file == nullptr) return;
  // One write of an append-only descriptor: lines of several processes do not mix.
  const int descriptor = open(file, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  if (descriptor < 0) return;
  const std::string text = std::string(line) + "\n";
  [[maybe_unused]] const auto written = write(descriptor, text.data(), text.size());
  close(descriptor);
}

}  // namespace bp::fake
