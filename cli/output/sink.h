// Where bytes go: standard output, a file that appears whole or not at all, a device or pipe.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace bp {

/// An output that was opened before the work started. Errors are sentences with a remedy.
class Sink {
 public:
  virtual ~Sink() = default;
  /// Writes all of it and, for a file, puts it in its place. The sentence that says why it could
  /// not.
  virtual std::optional<std::string> write(std::string_view bytes) = 0;
  /// The file that is to be removed where the process ends before write(); empty: there is none.
  virtual std::string unfinished() const { return {}; }
};

struct OpenedSink {
  std::unique_ptr<Sink> sink;  // null: see `error`
  std::string error;
};

/// "-" is standard output. A regular file is written under a temporary name in its folder and
/// renamed, so that a reader never sees half of it and a failure leaves the old one; a link is
/// followed. Devices and pipes are written directly.
OpenedSink open_sink(const std::string& path);

/// Adds to the end of a file that others write to as well, and makes it where there is none.
OpenedSink open_end_of(const std::string& path);

std::unique_ptr<Sink> standard_output();

}  // namespace bp
