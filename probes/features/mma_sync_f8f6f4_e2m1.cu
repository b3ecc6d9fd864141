// mma.sync kind::f8f6f4 with FP4 operands, each in a byte of its own.
#ifdef __CUDACC__
#include "probes/features/device.cuh"
#include "probes/features/mma_sync_device.cuh"
#include "probes/ptx/mma_sync.cuh"

BP_ENTRY(mma_sync_f8f6f4_e2m1) {
  bp::mma::multiply_tiles<float, false>(in, out,
                                        [](auto& f) { bp::ptx::mma_f8f6f4_e2m1(f.d, f.a, f.b); });
}

#else
#include "probes/features/mma_sync_formats.h"
#include "probes/features/mma_sync_host.h"

namespace bp {
namespace {

using Format = mma::E2m1InByte;
constexpr std::string_view instructions[] = {
    "mma.sync.aligned.m16n8k32.row.col.kind::f8f6f4.f32.e2m1.e2m1.f32"};
constexpr std::string_view native_sass[] = {"QMMA.16832.F32.E2M1.E2M1"};

}  // namespace

extern const InstructionProbe mma_sync_f8f6f4_e2m1_probe{
    .feature = "mma_sync.f8f6f4.e2m1",
    .entry = "mma_sync_f8f6f4_e2m1",
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
    .fault = {.what = "one element of A is replaced", .corrupt = &mma::corrupt_element<Format>},
    // 13 bits below the largest addend, as with FP8: 33 additions of at most 36; all values are
    // multiples of 1/4.
    .tolerance = {.absolute = 0x1p-3},
    .native_sass = native_sass,
    .rate = std::nullopt,
    .native_test = std::nullopt,
    // The accumulator is updated in place: without the instruction D is C.
    .neutralise = {.line_with = "mma.sync.aligned.m16n8k32.row.col.kind::f8f6f4.f32.e2m1.e2m1.f32",
                   .replacement = {}},
    .neutralise_exception = {},
};

}  // namespace bp
#endif
