// mma.sync kind::mxf4nvf4, the NVFP4 instruction of sm_12x: packed FP4 operands with a ue4m3 scale
// for every 16 of them along K, different for each row of A and each column of B.
#ifdef __CUDACC__
#include "probes/features/device.cuh"
#include "probes/features/mma_sync_device.cuh"
#include "probes/ptx/mma_sync.cuh"

BP_ENTRY(mma_sync_mxf4nvf4) {
  bp::mma::multiply_tiles<float, true>(
      in, out, [](auto& f) { bp::ptx::mma_mxf4nvf4(f.d, f.a, f.b, f.scale_a, f.scale_b); });
}

#else
#include "probes/features/mma_sync_formats.h"
#include "probes/features/mma_sync_host.h"

namespace bp {
namespace {

using Format = mma::Nvf4;
constexpr std::string_view instructions[] = {
    "mma.sync.aligned.m16n8k64.row.col.kind::mxf4nvf4.block_scale.scale_vec::4X.f32.e2m1.e2m1.f32."
    "ue4m3"};
constexpr std::string_view native_sass[] = {"OMMA.SF"};

}  // namespace

extern const InstructionProbe mma_sync_mxf4nvf4_probe{
    .feature = "mma_sync.mxf4nvf4",
    .entry = "mma_sync_mxf4nvf4",
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
    // 13 bits below the largest addend, as with FP8: 65 additions of at most 36 x 1.875 x 1.875.
    .tolerance = {.absolute = 1},
    .native_sass = native_sass,
    .rate = std::nullopt,
    .native_test = std::nullopt,
    // The accumulator is updated in place: without the instruction D is C.
    .neutralise = {.line_with = "mma.sync.aligned.m16n8k64.row.col.kind::mxf4nvf4.block_scale."
                                "scale_vec::4X.f32.e2m1.e2m1.f32.ue4m3",
                   .replacement = {}},
    .neutralise_exception = {},
};

}  // namespace bp
#endif
