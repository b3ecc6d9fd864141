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

/// The same of single texts, for a report of another kind.
class Redaction {
 public:
  explicit Redaction(const Identity& identity, const std::vector<std::string>& secrets = {});
  /// Of any text.
  std::string text(std::string_view text) const;
  /// Of what should be an id, a key or a unit of our own. A user may be called "mla": no part of
  /// "mla.dense_decode.mma_sync" is taken for his, while anything else in its place is a text.
  std::string name(std::string_view name) const;

 private:
  struct Known {
    std::string word;
    std::string_view instead;
  };
  static void add(std::vector<Known>& known, std::vector<std::string> words,
                  std::string_view instead);

  std::vector<Known> before_;  // the shapes: a home folder is one
  std::vector<Known> after_;
};

/// One text without the above.
std::string redact_text(std::string_view text, const Identity& identity);

}  // namespace bp
