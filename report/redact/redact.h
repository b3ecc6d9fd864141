// The step between model and serialisers: takes out what identifies a machine or its owner.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "report/model/report.h"

namespace bp {

/// What the caller knows of this machine and its user, to find it again in messages.
struct Identity {
  /// "node7.example.org": the short name is looked for as well. A machine has several: its own,
  /// that of its launcher, that of its pod.
  std::vector<std::string> hosts;
  std::vector<std::string> users;  // "alice"
  std::vector<std::string> homes;  // "/home/alice"
};

/// Leaves out UUIDs, PCI addresses, serial numbers, host and user names, home folders, MAC and IP
/// addresses: from their own fields, and wherever they stand in a text (a home folder becomes "~",
/// others become
/// "[uuid]", "[pci]", "[host]" ...). Sets `redacted`. `--identify` means: do not call this.
Report redact(Report report, const Identity& identity);

/// Takes the same out of texts, one by one.
class Redaction {
 public:
  /// `secrets`: values of this machine without a shape, such as serial numbers.
  explicit Redaction(const Identity& identity, const std::vector<std::string>& secrets = {});
  std::string text(std::string_view text) const;
  /// Ids, keys and units of our own. A user may be called "mla": no part of such a name is taken
  /// for his, while what does not look like one is a text.
  std::string name(std::string_view name) const;

 private:
  std::vector<std::string> homes_;
  std::vector<std::string> secrets_;
  std::vector<std::string> hosts_;
  std::vector<std::string> users_;
};

/// One text without the above.
std::string redact_text(std::string_view text, const Identity& identity);

}  // namespace bp
