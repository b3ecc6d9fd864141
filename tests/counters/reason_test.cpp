// What each refusal of CUPTI becomes: a stable reason, with the call and what to do.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "probes/counters/session.h"

namespace bp {
namespace {

using testing::HasSubstr;

CUptiResult CUPTIAPI name_by_number(CUptiResult, const char** text) {
  *text = "CUPTI_ERROR_SOMETHING";
  return CUPTI_SUCCESS;
}
CUptiResult CUPTIAPI no_name(CUptiResult, const char**) { return CUPTI_ERROR_INVALID_PARAMETER; }

struct Case {
  int code;
  const char* reason;
  const char* words;
};

class Refusal : public testing::TestWithParam<Case> {};

TEST_P(Refusal, HasItsReason) {
  CuptiApi api;
  api.GetResultString = &name_by_number;
  const CuptiError error(api, "cuptiRangeProfilerEnable",
                         static_cast<CUptiResult>(GetParam().code));
  const Reason reason = reason_of(error);
  EXPECT_EQ(reason.id, GetParam().reason);
  EXPECT_THAT(reason.sentence, HasSubstr(GetParam().words));
  EXPECT_THAT(reason.sentence, HasSubstr("cuptiRangeProfilerEnable: CUPTI_ERROR_SOMETHING (" +
                                         std::to_string(GetParam().code) + ")"));
}

INSTANTIATE_TEST_SUITE_P(
    Cupti, Refusal,
    testing::Values(
        Case{35, "counters_denied", "administrators"}, Case{26, "counters_in_use", "Another tool"},
        Case{39, "counters_in_use", "Another tool"}, Case{33, "counters_unavailable", "virtual"},
        Case{40, "counters_unavailable", "hypervisor"},
        Case{41, "counters_unavailable", "confidential"}, Case{42, "counters_unavailable", "CMP"},
        Case{43, "counters_unavailable", "MIG"}, Case{44, "counters_unavailable", "SLI"},
        Case{45, "counters_unavailable", "WSL"}, Case{46, "counters_unknown_chip", "chip"},
        Case{7, "cupti_error", "error"}, Case{999, "cupti_error", "error"}));

TEST(Refusal, OfPermissionNamesTheModuleOption) {
  CuptiApi api;
  api.GetResultString = &no_name;
  const Reason reason = reason_of(CuptiError(api, "f", static_cast<CUptiResult>(35)));
  EXPECT_THAT(reason.remedy, HasSubstr("NVreg_RestrictProfilingToAdminUsers=0"));
  EXPECT_THAT(reason.remedy, HasSubstr("CAP_SYS_ADMIN"));
  EXPECT_THAT(reason.sentence, HasSubstr("f: unknown error (35)"));
}

}  // namespace
}  // namespace bp
