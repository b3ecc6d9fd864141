// Messages are verbatim from ptxas 13.0.88, 12.8.93 and 12.2.140 over the probes, and from the
// driver's assembler.
#include "probes/assembly/log.h"

#include <gmock/gmock.h>

namespace bp {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

std::string show(const LogLine& line) {
  using enum LogLine::Severity;
  const char* severity = line.severity == error     ? "error"
                         : line.severity == fatal   ? "fatal"
                         : line.severity == warning ? "warning"
                                                    : "info";
  return std::to_string(line.line) + " " + severity + " " + line.message;
}
std::vector<std::string> show(std::string_view log) {
  std::vector<std::string> lines;
  for (const auto& line : parse_log(log)) lines.push_back(show(line));
  return lines;
}

TEST(ParseLog, ReadsTheFormsOfProgramAndDriver) {
  EXPECT_THAT(
      show("ptxas module.ptx, line 48; error   : Feature 'elect' requires .target sm_90 or higher\n"
           "ptxas application ptx input, line 7; error   : Instruction 'wgmma.fence' not supported "
           "on .target 'sm_120'\n"
           "ptxas bad.ptx, line 9; fatal   : Unsupported .version 99.9; current version is '9.0'\n"
           "ptxas fatal   : Ptx assembly aborted due to errors\n"
           "ptxas fatal   : Value 'sm_103' is not defined for option 'gpu-name'\n"
           "ptxas info    : 0 bytes gmem\n"),
      ElementsAre("48 error Feature 'elect' requires .target sm_90 or higher",
                  "7 error Instruction 'wgmma.fence' not supported on .target 'sm_120'",
                  "9 fatal Unsupported .version 99.9; current version is '9.0'",
                  "0 fatal Ptx assembly aborted due to errors",
                  "0 fatal Value 'sm_103' is not defined for option 'gpu-name'",
                  "0 info 0 bytes gmem"));
}

TEST(ParseLog, ReadsAnAdvisory) {
  EXPECT_THAT(
      show(
          "ptxas c.ptx, line 91; warning : Advisory: '.multicast::cluster' modifier on instruction "
          "'cp.async.bulk{.tensor}' should be used on .target 'sm_90a' instead of .target 'sm_90'"),
      ElementsAre("91 warning Advisory: '.multicast::cluster' modifier on instruction "
                  "'cp.async.bulk{.tensor}' "
                  "should be used on .target 'sm_90a' instead of .target 'sm_90'"));
}

TEST(ParseLog, IsNotMisledByPaths) {
  EXPECT_THAT(
      show("ptxas /tmp/a: b, line 3; error : x/m.ptx, line 5; error   : Unknown symbol 'a'"),
      ElementsAre("3 error x/m.ptx, line 5; error   : Unknown symbol 'a'"));
  EXPECT_THAT(show("ptxas /tmp/a: b/m.ptx, line 5; error   : Unknown symbol 'a'"),
              ElementsAre("5 error Unknown symbol 'a'"));
}

TEST(ParseLog, PassesOverEverythingElse) {
  EXPECT_THAT(parse_log(""), IsEmpty());
  EXPECT_THAT(
      parse_log("\n\nhello: world\nptxas\nptxas :\nptxas error\nptxas, line 4\nerror : x\r\n"),
      IsEmpty());
  EXPECT_THAT(show("ptxas m, line 99999999999999999999999; error : x"), ElementsAre("0 error x"));
  EXPECT_THAT(show("ptxas m, line -3; error : x\r\n"), ElementsAre("0 error x"));
}

// Line 1: a helper; line 2: the feature's own instruction; line 3: another form of it; line 4: two
// on one line.
constexpr std::string_view text =
    "tcgen05.alloc.cta_group::1.sync.aligned.shared::cta.b32 [%r1], 512;\n"
    "tcgen05.mma.cta_group::1.kind::f16 [%r1], %rd1, %rd2, %r2, p;\n"
    "tcgen05.mma.cta_group::2.kind::f16 [%r1], %rd1, %rd2, %r2, p;\n"
    "tcgen05.fence::before_thread_sync; tcgen05.mma.cta_group::1.kind::f16 [%r1], %rd1, %rd2, %r2, "
    "p;\n"
    "wgmma.mma_async.sync.aligned.m64n64k16.f32.bf16.bf16 {%f1}, %rd1, %rd2, 1, 1, 1, 0, 0;\n"
    "wgmma.fence.sync.aligned;\n"
    "elect.sync _|p, 0xffffffff;\n"
    "mma.sync.aligned.m16n8k32.row.col.f32.e4m3.e4m3.f32 {a}, {b}, {c}, {d};\n"
    "setmaxnreg.inc.sync.aligned.u32 168;\n"
    "griddepcontrol.wait;\n"
    "cp.async.bulk.tensor.2d.shared::cluster.global.mbarrier::complete_tx::bytes.multicast::"
    "cluster [a], [b, {c, d}], [e], f;\n"
    "ld.shared::cluster.u32 %r1, [%r2];\n"
    "tcgen05.st.sync.aligned.32x32b.x16.b32 [%r1], {%r2};\n"
    "cp.async.bulk.commit_group;\n"
    "atom.global.cas.b128 old, [%rd1], expected, value;\n";

constexpr std::string_view tcgen05_mma = "tcgen05.mma.cta_group::1.kind::f16";
constexpr std::string_view wgmma = "wgmma.mma_async.sync.aligned.m64n64k16.f32.bf16.bf16";
constexpr std::string_view fp8 = "mma.sync.aligned.m16n8k32.row.col.f32.e4m3.e4m3.f32";
constexpr std::string_view multicast =
    "cp.async.bulk.tensor.2d.shared::cluster.global.mbarrier::complete_tx::bytes.multicast::"
    "cluster";

struct Case {
  const char* name;
  std::string_view own;
  std::string log;
  Refusal refusal;
  const char* message;
};

class Judge : public testing::TestWithParam<Case> {};
TEST_P(Judge, Decides) {
  const auto& [name, own, log, refusal, message] = GetParam();
  const auto judgement = judge(text, parse_log(log), own);
  EXPECT_EQ(judgement.refusal, refusal);
  EXPECT_EQ(judgement.message, message);
}

constexpr auto not_on_target = Refusal::not_on_target;
constexpr auto other = Refusal::other;
const std::string aborted = "ptxas fatal   : Ptx assembly aborted due to errors\n";
std::string error_on(int line, std::string_view message) {
  return "ptxas application ptx input, line " + std::to_string(line) +
         "; error   : " + std::string(message) + "\n";
}

INSTANTIATE_TEST_SUITE_P(
    Messages, Judge,
    testing::Values(
        // --- the target is to blame
        Case{"instruction_before_colons", "tcgen05.fence::before_thread_sync",
             error_on(4, "Instruction 'tcgen05.fence' not supported on .target 'sm_90'") + aborted,
             not_on_target, "Instruction 'tcgen05.fence' not supported on .target 'sm_90'"},
        Case{"instruction", tcgen05_mma,
             error_on(2, "Instruction 'tcgen05.mma' not supported on .target 'sm_120'") + aborted,
             not_on_target, "Instruction 'tcgen05.mma' not supported on .target 'sm_120'"},
        Case{"instruction_with_types", wgmma,
             error_on(6, "Instruction 'wgmma.fence' not supported on .target 'sm_120a'") +
                 error_on(5,
                          "Instruction 'wgmma.mma_async with floating point types' not supported "
                          "on .target 'sm_120a'") +
                 error_on(5,
                          "Instruction 'wgmma.mma_async with floating point types' cannot be "
                          "compiled for architecture 'sm_120a'") +
                 aborted,
             not_on_target,
             "Instruction 'wgmma.mma_async with floating point types' not supported on .target "
             "'sm_120a'"},
        Case{"feature_requires", "elect.sync",
             error_on(7, "Feature 'elect' requires .target sm_90 or higher") + aborted,
             not_on_target, "Feature 'elect' requires .target sm_90 or higher"},
        Case{"feature_with_words", fp8,
             error_on(
                 8, "Feature 'mma with FP8 floating point type' requires .target sm_89 or higher") +
                 aborted,
             not_on_target,
             "Feature 'mma with FP8 floating point type' requires .target sm_89 or higher"},
        Case{"dotted_name", "setmaxnreg.inc.sync.aligned.u32",
             error_on(9, "Instruction 'setmaxnreg.inc' not supported on .target 'sm_90'") + aborted,
             not_on_target, "Instruction 'setmaxnreg.inc' not supported on .target 'sm_90'"},
        Case{"modifier_before_instruction", "griddepcontrol.wait",
             error_on(10, "Modifier '.wait' requires .target sm_90 or higher") +
                 error_on(10, "Instruction 'griddepcontrol' requires .target sm_90 or higher") +
                 aborted,
             not_on_target, "Instruction 'griddepcontrol' requires .target sm_90 or higher"},
        Case{"address_space", "ld.shared::cluster.u32",
             error_on(12, "Feature '::cluster' requires .target sm_90 or higher") + aborted,
             not_on_target, "Feature '::cluster' requires .target sm_90 or higher"},
        Case{"names_the_instruction_second", "tcgen05.st.sync.aligned.32x32b.x16.b32",
             error_on(13, "Feature '.32x32b' not supported on .target 'sm_120a'") +
                 error_on(13, "Instruction 'tcgen05.st' not supported on .target 'sm_120a'") +
                 aborted,
             not_on_target, "Instruction 'tcgen05.st' not supported on .target 'sm_120a'"},
        Case{"another_form_of_it", "tcgen05.mma.cta_group::2.kind::i8",
             error_on(2, "Instruction 'tcgen05.mma' not supported on .target 'sm_90a'") + aborted,
             not_on_target, "Instruction 'tcgen05.mma' not supported on .target 'sm_90a'"},
        Case{"shares_its_line", tcgen05_mma,
             error_on(4, "Instruction 'tcgen05.fence' not supported on .target 'sm_90a'") +
                 error_on(4, "Feature '.kind::f16' not supported on .target 'sm_90a'") + aborted,
             not_on_target, "Feature '.kind::f16' not supported on .target 'sm_90a'"},
        Case{"words_in_another_order", "atom.global.cas.b128",
             error_on(15, "Instruction 'atom.cas.b128.global' requires .target sm_90 or higher") +
                 aborted,
             not_on_target, "Instruction 'atom.cas.b128.global' requires .target sm_90 or higher"},
        // --- not a verdict on the hardware
        Case{"only_a_helper", tcgen05_mma,
             error_on(1, "Instruction 'tcgen05.alloc' not supported on .target 'sm_120'") + aborted,
             other, "Instruction 'tcgen05.alloc' not supported on .target 'sm_120'"},
        Case{"only_a_neighbour_on_its_line", tcgen05_mma,
             error_on(4, "Instruction 'tcgen05.fence' not supported on .target 'sm_90a'") + aborted,
             other, "Instruction 'tcgen05.fence' not supported on .target 'sm_90a'"},
        Case{"ptx_version", fp8,
             error_on(8,
                      "Feature 'mma with FP8 floating point type' requires PTX ISA .version 8.4 or "
                      "later") +
                 aborted,
             other,
             "Feature 'mma with FP8 floating point type' requires PTX ISA .version 8.4 or later"},
        Case{"ptx_version_beside_target", fp8,
             error_on(8, "Feature '(null)' requires .target sm_90 or higher") +
                 error_on(8, "Feature 'e4m3' requires PTX ISA .version 8.1 or later") + aborted,
             other, "Feature 'e4m3' requires PTX ISA .version 8.1 or later"},
        Case{"unsupported_version", tcgen05_mma,
             "ptxas application ptx input, line 1; fatal   : Unsupported .version 9.0; current "
             "version is '8.2'\n" +
                 aborted,
             other, "Unsupported .version 9.0; current version is '8.2'"},
        Case{"version_too_old_for_target", tcgen05_mma,
             error_on(2, "PTX .version 8.7 does not support .target sm_121a") + aborted, other,
             "PTX .version 8.7 does not support .target sm_121a"},
        Case{"unknown_modifier", tcgen05_mma,
             error_on(2, "Unknown modifier '.cta_group'") + aborted, other,
             "Unknown modifier '.cta_group'"},
        Case{"parse_error", tcgen05_mma,
             "ptxas application ptx input, line 2; fatal   : Parsing error near ':': syntax "
             "error\n" +
                 aborted,
             other, "Parsing error near ':': syntax error"},
        Case{"unknown_types", fp8,
             error_on(8, "Unexpected instruction types specified for 'mma'") + aborted, other,
             "Unexpected instruction types specified for 'mma'"},
        Case{"state_space", multicast,
             error_on(11, "State space incorrect for instruction 'cp.async.bulk.tensor'") + aborted,
             other, "State space incorrect for instruction 'cp.async.bulk.tensor'"},
        Case{"other_copy_instruction", multicast,
             error_on(14, "Feature 'cp.async.bulk.commit_group' requires .target sm_90 or higher") +
                 aborted,
             other, "Feature 'cp.async.bulk.commit_group' requires .target sm_90 or higher"},
        Case{"unknown_target", tcgen05_mma,
             "ptxas fatal   : Value 'sm_130a' is not defined for option 'gpu-name'\n", other,
             "Value 'sm_130a' is not defined for option 'gpu-name'"},
        Case{"resources", wgmma,
             "ptxas error   : Entry function 'k' uses too much shared data (0x40000 bytes, 0xc000 "
             "max)\n",
             other, "Entry function 'k' uses too much shared data (0x40000 bytes, 0xc000 max)"},
        Case{"advisory_is_no_refusal", multicast,
             "ptxas application ptx input, line 11; warning : Advisory: '.multicast::cluster' "
             "modifier on instruction "
             "'cp.async.bulk{.tensor}' should be used on .target 'sm_90a' instead of .target "
             "'sm_90'\n",
             other, ""},
        Case{"empty_log", tcgen05_mma, "", other, ""},
        // --- a module without an instruction of its own: any line may decide
        Case{"kernel", "",
             error_on(6, "Instruction 'wgmma.fence' not supported on .target 'sm_120a'") + aborted,
             not_on_target, "Instruction 'wgmma.fence' not supported on .target 'sm_120a'"},
        Case{"kernel_resources", "",
             "ptxas error   : Entry function 'k' uses too much shared data (0x40000 bytes, 0xc000 "
             "max)\n",
             other, "Entry function 'k' uses too much shared data (0x40000 bytes, 0xc000 max)"}),
    [](const auto& info) { return info.param.name; });

}  // namespace
}  // namespace bp
