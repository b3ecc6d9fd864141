#include "probes/assembly/sass.h"

#include <gmock/gmock.h>

#include "probes/registry/evidence.h"

namespace bp {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

// Lines of nvdisasm 13.5.37 -c.
constexpr std::string_view listing = R"(
	.target	sm_120
//--------------------- .text.k          --------------------------
	.section	.text.k,"ax",@progbits
k:
.text.k:
        /*0000*/                   LDC R1, c[0x0][0x28] ;
        /*0020*/                   ELECT P1, URZ, PT ;
        /*0060*/              @!P0 LDC.64 R2, c[0x0][0x218] ;
        /*0070*/              @!UP0 UTMALDG.2D [UR4], [UR8] ;
.L_x_1:
        /*0080*/                   HMMA.16816.F32 R4, R8, R12, R4 ;
        /*0090*/                   HMMA.16816.F32 R4, R8, R12, R4 ;
        /*0100*/                   F2FP.F16.E4M3.UNPACK_B R0, R0 ;
        /*0500*/                   CALL.REL.NOINC `($__internal_1_$__cuda_sm20_div_rn_f64_full) ;
        /*0170*/                   BRA `(.L_x_0);
//--------------------- SYMBOLS --------------------------
	.type		.nv.reservedSmem.offset0,@object
	.type		__cuda_syscall_cp_async_bulk_tensor_2d_tile_unicast,@function
)";

TEST(Disassembly, FindsOpcodesAndHelpers) {
  const auto found = parse_disassembly(listing);
  EXPECT_THAT(found.opcodes, ElementsAre("BRA", "CALL.REL.NOINC", "ELECT", "F2FP.F16.E4M3.UNPACK_B",
                                         "HMMA.16816.F32", "LDC", "LDC.64", "UTMALDG.2D"));
  EXPECT_THAT(found.helpers, ElementsAre("__cuda_sm20_div_rn_f64_full",
                                         "__cuda_syscall_cp_async_bulk_tensor_2d_tile_unicast"));
}

TEST(Disassembly, SurvivesAnyText) {
  for (const auto* text :
       {"", "/*", "/* */", "/*0*/ @", "/*0*/ @P0", "/*0*/ {", "/*0*/ lower ;", "__cuda_"})
    EXPECT_THAT(parse_disassembly(text).opcodes, IsEmpty()) << text;
}

std::string described(std::vector<std::string> opcodes, std::vector<std::string> helpers,
                      std::vector<std::string_view> native, std::string_view own = {}) {
  return describe({std::move(opcodes), std::move(helpers)}, native, own);
}

TEST(Describe, NamesTheNativeOpcodes) {
  EXPECT_EQ(described({"HGMMA.64x64x16.F32.BF16", "LDC"}, {}, {"HGMMA"}),
            "native: HGMMA.64x64x16.F32.BF16");
  EXPECT_EQ(described({"STTM.x16", "STTM.x32"}, {}, {"STTM"}), "native: STTM.x16, STTM.x32");
}
TEST(Describe, ADriverHelperBesideThemIsAHelper) {
  EXPECT_EQ(described({"UTMALDG.2D"}, {"__cuda_sm20_div", "__cuda_syscall_x"}, {"UTMALDG"}),
            "helper: __cuda_syscall_x beside UTMALDG.2D");
}
TEST(Describe, AFunctionOfTheToolkitBesideThemIsNone) {
  EXPECT_EQ(described({"HMMA.16816.F32"}, {"__cuda_sm20_div"}, {"HMMA"}), "native: HMMA.16816.F32");
}
TEST(Describe, NamesTheHelperThatCameInstead) {
  EXPECT_EQ(described({"UTMALDG.2D"}, {"__cuda_syscall_x"}, {"UTMALDG.2D.MULTICAST"}),
            "helper: __cuda_syscall_x");
  EXPECT_EQ(described({"CALL.REL.NOINC", "IMMA.16832.S8.S8"},
                      {"__cuda_sm_9x_mma_sub_byte_internal_m16n8k64_s4_s4"}, {"IMMA.16864.S4"},
                      "mma.sync.aligned.m16n8k64.row.col.s32.s4.s4.s32"),
            "helper: __cuda_sm_9x_mma_sub_byte_internal_m16n8k64_s4_s4");
  EXPECT_EQ(described({"HMMA.SP.16832.F32"}, {"__cuda_sm_10x_hmma_mdata_m16n8k32"},
                      {"HMMA.SP.16832.F32"}, "mma.sp.sync.aligned.m16n8k32"),
            "helper: __cuda_sm_10x_hmma_mdata_m16n8k32 beside HMMA.SP.16832.F32");
}
// A probe of a fence fills its tile with TMA.
TEST(Describe, TheHelperOfAnotherInstructionSaysNothing) {
  const auto* bulk = "__cuda_syscall_cp_async_bulk_unicast";
  EXPECT_EQ(described({"FENCE.VIEW.ASYNC", "UBLKCP"}, {bulk}, {"FENCE"}, "fence.proxy.async"),
            "native: FENCE.VIEW.ASYNC");
  EXPECT_EQ(described({"UBLKCP"}, {bulk}, {"UBLKCP"}, "cp.async.bulk.shared::cluster"),
            std::string("helper: ") + bulk + " beside UBLKCP");
  EXPECT_EQ(
      described({"UBLKCP", "UBLKPF.L2"}, {bulk}, {"UBLKPF"}, "cp.async.bulk.prefetch.L2.global"),
      "native: UBLKPF.L2");
  EXPECT_EQ(described({"UTCATOMSWS"}, {"__cuda_sm10x_tcgen05_guardrail_trap_x"}, {"UTCATOMSWS"},
                      "tcgen05.alloc"),
            "native: UTCATOMSWS");
}
TEST(Describe, NamesWhatItWasExpandedTo) {
  EXPECT_EQ(
      described({"F2FP.F16.E4M3.UNPACK_B", "HFMA2.MMA", "HMMA.16816.F32", "LDC"}, {}, {"QMMA"}),
      "expanded: F2FP.F16.E4M3.UNPACK_B, HMMA.16816.F32");
  EXPECT_EQ(described({"IMMA.16832.S8.S8", "LDC"}, {}, {"IMMA.16864.S4"}),
            "expanded: IMMA.16832.S8.S8");
  EXPECT_EQ(described({"LDC"}, {}, {"ELECT"}), "expanded");
}
TEST(Describe, NamesArithmeticWhereNothingSpecialCame) {
  EXPECT_EQ(described({"FFMA", "LDC", "S2R"}, {}, {"FFMA2"}), "expanded: FFMA");
}
TEST(Describe, SaysNothingOfWhatWasNotDisassembled) { EXPECT_EQ(described({}, {}, {"QMMA"}), ""); }
TEST(Describe, WithoutPrefixesListsTheSpecialOpcodes) {
  EXPECT_EQ(described({"HMMA.16816.F32", "LDC"}, {}, {}), "native: HMMA.16816.F32");
}

TEST(Describe, TheJudgementCanBeRead) {
  EXPECT_EQ(machine_code_of("native: QMMA.16832"), MachineCode::native);
  EXPECT_EQ(machine_code_of("expanded"), MachineCode::expanded);
  EXPECT_EQ(machine_code_of("helper: __cuda_syscall_x beside UTMALDG.2D"), MachineCode::helper);
  EXPECT_EQ(machine_code_of(""), MachineCode::unknown);
}

TEST(MachineCode, IsEmptyForWhatIsNoImage) {
  EXPECT_EQ(machine_code({}), "");
  const std::vector<std::uint8_t> junk(200, 0x7f);
  EXPECT_EQ(machine_code(junk), "");
}

}  // namespace
}  // namespace bp
