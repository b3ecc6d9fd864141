// mma.sync with FP8 operands. It assembles for every target from sm_89 on, but only sm_89 and
// sm_12x have the unit: elsewhere it becomes conversions and f16 instructions. The clock tells:
// twice the f16 rate, or not.
#ifdef __CUDACC__
#include "probes/features/device.cuh"
#include "probes/features/mma_sync_device.cuh"
#include "probes/ptx/mma_sync.cuh"

BP_ENTRY(mma_sync_e4m3) {
  bp::mma::multiply_tiles<float, false>(in, out, [](auto& f) { bp::ptx::mma_e4m3(f.d, f.a, f.b); });
}

BP_ENTRY(mma_sync_e4m3_rate) {
  bp::mma::clocked_loop<float>(
      in, out, [](auto& d, const auto& a, const auto& b) { bp::ptx::mma_e4m3(d, a, b); });
}

#else
#include "probes/features/mma_sync_formats.h"
#include "probes/features/mma_sync_host.h"

namespace bp {
namespace {

using Format = mma::E4m3;
constexpr std::string_view instructions[] = {"mma.sync.aligned.m16n8k32.row.col.f32.e4m3.e4m3.f32"};
constexpr std::string_view native_sass[] = {"QMMA.16832.F32.E4M3.E4M3"};

}  // namespace

extern const InstructionProbe mma_sync_e4m3_probe{
    .feature = "mma_sync.e4m3",
    .entry = "mma_sync_e4m3",
    .instructions = instructions,
    .needs = {},
    .ptx = {8, 4},
    .operations = mma::tiles * mma::operations_of_tile<Format>,
    .launch = mma::launch,
    .input_bytes = mma::input_bytes<Format>,
    .element = Element::f32,
    .outputs = mma::outputs,
    .scratch_bytes = 0,
    .tensor_map = std::nullopt,
    .exact = &mma::exact<Format>,
    .random = &mma::random<Format>,
    .reference = &mma::reference<Format>,
    .fault = {.what = "one element of A is replaced", .corrupt = &mma::corrupt_element<Format>},
    // FP8 tensor cores keep as few as 13 bits below the largest addend: 33 additions of at most 1.
    .tolerance = {.absolute = 0x1p-7},
    .native_sass = native_sass,
    .rate = mma::rate<Format>("mma_sync_e4m3_rate"),
    .native_test =
        NativeTest{.baseline = "mma_sync.f16", .native_at_least = 1.7, .emulated_at_most = 1.4},
    // The accumulator is updated in place: without the instruction D is C.
    .neutralise = {.line_with = "mma.sync.aligned.m16n8k32.row.col.f32.e4m3.e4m3.f32",
                   .replacement = {}},
    .neutralise_exception = {},
};

}  // namespace bp
#endif
