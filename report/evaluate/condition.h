// An expression judged for one subject and one shape: what is there, what is missing, and how that
// is known.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "report/evaluate/evaluate.h"

namespace bp {

/// What expressions are judged on. Made once for all of a catalogue, as features are looked up by
/// the thousand. Refers to subject and shape.
class Ground {
 public:
  Ground(const Subject& subject, const Shape& shape);
  const Subject& subject() const { return subject_; }
  const Shape& shape() const { return shape_; }

  struct Known {
    Status status = Status::not_run;
    std::optional<EvidenceKind> strongest{};  // for or against it
  };
  const Known* feature(std::string_view id) const;
  /// Whether any feature works: of a GPU that cannot be opened nothing is known, needs or none.
  bool something_works() const { return something_works_; }

 private:
  const Subject& subject_;
  const Shape& shape_;
  std::unordered_map<std::string_view, Known> features_;
  bool something_works_ = false;
};

/// What the hardware has of it. From best to worst: "and" takes the worst, "or" the best.
enum class Have : std::uint8_t {
  yes,
  unknown,  // blocked, timed_out, not_run, or a limit nobody told
  unbuilt,  // an image does not load here: somebody would have to build another
  broken,   // wrong_result or crashed
  less,     // a limit is too small: named only where no feature is missing
  no,       // unsupported or refused
};

/// Whether it is for this GPU and shape at all: one of several ways may be for others.
enum class Way : std::uint8_t {
  taken,
  depends,  // on a number of the shape that was not told
  other,    // for other compute capabilities or shapes
};

struct Judged {
  Have have = Have::yes;
  Way way = Way::taken;
  /// The leaves that made it so: "tcgen05.tmem", "smem_optin >= 225 KiB (here 99 KiB)".
  std::vector<std::string> culprits{};
  std::vector<std::string> meant{};        // Way::other: what it is for: "major == 9"
  std::vector<std::string> asks{};         // Way::depends: "topk"
  std::optional<EvidenceKind> evidence{};  // the weakest among the leaves that count
  std::vector<std::string> emulated{};     // feature ids

  bool holds() const { return have == Have::yes && way == Way::taken; }
  bool uncertain() const {
    return have == Have::unknown || (have == Have::yes && way == Way::depends);
  }
};

Judged judge(const Expression& expression, const Ground& ground);

}  // namespace bp
