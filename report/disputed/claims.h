// What public documents say in different ways about these GPUs: data in report/disputed/*.json, one
// file a topic, checked at build time and embedded. A claim is one entry there and no code.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "probes/registry/target.h"
#include "report/model/report.h"

namespace bp {

/// What a figure has to be for the claim to hold.
struct Condition {
  enum class Kind : std::uint8_t { none, equals, at_least, at_most, below } kind = Kind::none;
  double value = 0;
  std::string fact;  // `below` a fact of the same GPU; empty: `value`
};

/// One way to find out. Without `expect` and condition it is only shown, and decides nothing.
struct Settler {
  enum class Kind : std::uint8_t {
    feature,         // is there: by execution, else by what the assembler says
    works,           // the same, but only execution can say yes
    native,          // machine code: the instruction itself, or other instructions or a call
    accepted,        // by an assembler for one form of the target: `suffix`
    limit,           // limits_of(): the driver's figure; the programming guide's decides nothing
    fact,            // a declared fact of the GPU
    survey,          // a value of a sweep, or the most of a column
    ratio,           // rate of the first feature as a multiple of the second's, both of this run
    count,           // arithmetic: instructions of a shape that a tile takes; decides nothing alone
    counted,         // by a counter of the tensor pipes: instructions for each one issued
    at_most_one_of,  // no GPU or target takes two of these features
    exists,          // some assembler knows the number, or such a GPU is in hand
  } kind = Kind::feature;
  std::vector<std::string> names;  // features; or the limit, fact or survey
  Suffix suffix = Suffix::none;    // of `accepted`
  std::string part;                // of a survey: the value, or the column; of `counted`: the pipe
  bool column = false;
  std::map<std::string, std::int64_t> where;  // rows of the column that count
  std::vector<int> tile, shape;               // of a count: rows and columns
  std::string unit;                           // of a fact's figure
  std::optional<bool> expect;                 // what the claim says, for a yes or a no
  Condition condition;                        // the same for a figure
  bool decides() const { return expect || condition.kind != Condition::Kind::none; }
};

/// A capability, or every minor of a major.
struct About {
  int major = 0;
  std::optional<int> minor;
  bool operator==(const About&) const = default;
};

struct Claim {
  std::string id;  // stable: "sm12x_clusters"
  std::string topic;
  std::string text;
  std::vector<About> about;  // empty: every GPU
  std::vector<Settler> settle;
  std::string confirmed;     // what it means if it holds; may be empty
  std::string contradicted;  // ... and if not
  std::string open;          // why no probe of this program settles it; empty: one does
  std::vector<DisputedSource> sources;
};

/// A generation split into chips of one name: which of them has what, as documents say.
struct Split {
  std::string generation;          // "Ampere"
  std::vector<std::string> chips;  // "GA100 (8.0)"
  struct Row {
    std::string what;
    std::vector<std::string> cells;  // one for each chip
    std::string source;
  };
  std::vector<Row> rows;
};

struct DisputedError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// Parses the file of a topic. Throws DisputedError naming the claim.
std::vector<Claim> parse_claims(std::string_view json);
std::vector<Split> parse_splits(std::string_view json);

/// All embedded claims by topic, then id; parsed once.
const std::vector<Claim>& embedded_claims();
const std::vector<Split>& embedded_splits();

/// The features that assemblers are asked about by some claim.
std::vector<std::string> claimed_features();

/// "12.x", "10.3"
std::string to_string(const About& about);
bool covers(const About& about, ComputeCapability cc);
bool covers(const Claim& claim, ComputeCapability cc);
/// "compute capability 10.3 or 12.x"; "any GPU"
std::string about_words(const Claim& claim);
/// The command that settles it on such a GPU; empty: none does.
std::string settling_command(const Claim& claim);

}  // namespace bp
