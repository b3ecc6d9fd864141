// mma.sync kind::mxf8f6f4: FP8 operands, one power of two as scale for each row of A and each
// column of B.
#ifdef __CUDACC__
#include "probes/features/device.cuh"
#include "probes/features/mma_sync_device.cuh"
#include "probes/ptx/mma_sync.cuh"

BP_ENTRY(mma_sync_mxf8f6f4) {
  bp::mma::multiply_tiles<float, true>(
      in, out, [](auto& f) { bp::ptx::mma_mxf8f6f4_e4m3(f.d, f.a, f.b, f.scale_a, f.scale_b); });
}

#else
#include "probes/features/mma_sync_formats.h"
#include "probes/features/mma_sync_host.h"

namespace bp {
namespace {

using Format = mma::MxE4m3;
constexpr std::string_view instructions[] = {
    "mma.sync.aligned.m16n8k32.row.col.kind::mxf8f6f4.block_scale.scale_vec::1X.f32.e4m3.e4m3.f32."
    "ue8m0"};
constexpr std::string_view native_sass[] = {"QMMA.SF"};

}  // namespace

extern const InstructionProbe mma_sync_mxf8f6f4_probe{
    .feature = "mma_sync.mxf8f6f4",
    .entry = "mma_sync_mxf8f6f4",
    .instructions = instructions,
    .needs = {},
    .ptx = {8, 7},
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
    .fault = {.what = "one scale of A is doubled", .corrupt = &mma::corrupt_scale<Format>},
    // 13 bits below the largest addend, as with FP8: 33 additions of at most 4 (scales are 1/2 to
    // 2).
    .tolerance = {.absolute = 0x1p-6},
    .native_sass = native_sass,
    .rate = std::nullopt,
    .native_test = std::nullopt,
    // The accumulator is updated in place: without the instruction D is C.
    .neutralise = {.line_with = "mma.sync.aligned.m16n8k32.row.col.kind::mxf8f6f4.block_scale."
                                "scale_vec::1X.f32.e4m3.e4m3.f32.ue8m0",
                   .replacement = {}},
    .neutralise_exception = {},
};

}  // namespace bp
#endif
