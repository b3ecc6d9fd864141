// Opt-in shared memory to the last byte: what launches is searched for, not taken from the
// attribute.
#include "probes/survey/launch.h"
#include "probes/survey/survey.h"

namespace bp {
namespace {

constexpr auto launched = EvidenceKind::launched;

class Search {
 public:
  explicit Search(SurveyRun& run)
      : run_(run),
        function_(run.entry(run.gpu(), "shared_memory", "bp_survey_shared_memory")),
        out_(run.gpu(), 2 * sizeof(unsigned)) {}

  /// Launches with so many bytes, touches the first and the last; one row.
  bool launches(unsigned bytes) {
    const unsigned first = 0x5a ^ (bytes & 0xff);
    // One byte is both: the last write stands.
    const unsigned last = 0xc3 ^ (bytes >> 8 & 0xff);
    const auto refused = try_launch(run_, run_.gpu(), function_, shape(1, 32, bytes),
                                    out_.address(), bytes, first, last);
    if (refused) {
      run_.row({cell(whole(bytes)), cell(words(*refused)), no_cell("it was not launched")});
      return false;
    }
    const auto seen = download<unsigned>(out_, 2);
    const unsigned expected = (bytes == 1 ? last : first) | last << 8;
    if (seen[0] != expected)
      throw WrongOutput(make_reason(
          "wrong_value", "bytes of shared memory, with " + std::to_string(bytes) + " bytes"));
    run_.row({cell(whole(bytes)), cell(words("launched")), cell(whole(seen[1]))});
    return true;
  }

 private:
  SurveyRun& run_;
  CUfunction function_;
  DeviceBuffer out_;
};

void measure(SurveyRun& run) {
  run.columns({{"requested", "B"}, {"launch", ""}, {"granted", "B"}});
  run.attribute("declared_without_opt_in", CU_DEVICE_ATTRIBUTE_MAX_SHARED_MEMORY_PER_BLOCK, "B");
  run.attribute("declared_with_opt_in", CU_DEVICE_ATTRIBUTE_MAX_SHARED_MEMORY_PER_BLOCK_OPTIN, "B");
  run.attribute("declared_per_sm", CU_DEVICE_ATTRIBUTE_MAX_SHARED_MEMORY_PER_MULTIPROCESSOR, "B");
  run.attribute("declared_reserved_per_cta", CU_DEVICE_ATTRIBUTE_RESERVED_SHARED_MEMORY_PER_BLOCK,
                "B");
  Search search(run);
  unsigned good = 1;
  if (!search.launches(good)) {
    run.no_value("largest_launched", "B", launched, "one byte was refused");
    return;
  }
  unsigned bad = 1u << 20;  // no GPU has that much for one CTA
  if (search.launches(bad)) {
    run.no_value("largest_launched", "B", launched, "1 MiB was launched: the search ends there");
    return;
  }
  while (bad - good > 1) {
    const unsigned middle = good + (bad - good) / 2;
    (search.launches(middle) ? good : bad) = middle;
  }
  // Bytes differ from launch to launch, so a kernel that writes nothing would be caught.
  run.value("largest_launched", whole(good), "B", EvidenceKind::verified);
  run.evidence(EvidenceKind::verified,
               "with " + std::to_string(good) +
                   " bytes the first and the last byte hold what was written; one byte more is "
                   "refused");
}

}  // namespace

extern const Survey shared_memory_survey;
const Survey shared_memory_survey{"sweep.shared_memory", measure};

}  // namespace bp
