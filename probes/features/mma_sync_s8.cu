// mma.sync with s8 operands: exact for all inputs.
#ifdef __CUDACC__
#include "probes/features/device.cuh"
#include "probes/features/mma_sync_device.cuh"
#include "probes/ptx/mma_sync.cuh"

BP_ENTRY(mma_sync_s8) {
  bp::mma::multiply_tiles<int, false>(in, out, [](auto& f) { bp::ptx::mma_s8(f.d, f.a, f.b); });
}

BP_ENTRY(mma_sync_s8_rate) {
  bp::mma::clocked_loop<int>(
      in, out, [](auto& d, const auto& a, const auto& b) { bp::ptx::mma_s8(d, a, b); });
}

#else
#include "probes/features/mma_sync_formats.h"
#include "probes/features/mma_sync_host.h"

namespace bp {
namespace {

using Format = mma::S8;
constexpr std::string_view instructions[] = {"mma.sync.aligned.m16n8k32.row.col.s32.s8.s8.s32"};
constexpr std::string_view native_sass[] = {"IMMA.16832.S8.S8"};

}  // namespace

extern const InstructionProbe mma_sync_s8_probe{
    .feature = "mma_sync.s8",
    .entry = "mma_sync_s8",
    .instructions = instructions,
    .needs = {},
    .ptx = {7, 0},
    .operations = mma::tiles * mma::operations_of_tile<Format>,
    .launch = mma::launch,
    .input_bytes = mma::input_bytes<Format>,
    .element = Element::s32,
    .outputs = mma::outputs,
    .scratch_bytes = 0,
    .tensor_map = std::nullopt,
    .exact = &mma::exact<Format>,
    .random = &mma::random<Format>,
    .reference = &mma::reference<Format>,
    .fault = {.what = "one element of A is replaced", .corrupt = &mma::corrupt_element<Format>},
    .tolerance = {},
    .native_sass = native_sass,
    .rate = mma::rate<Format>("mma_sync_s8_rate"),
    .native_test = std::nullopt,
    // The accumulator is updated in place: without the instruction D is C.
    .neutralise = {.line_with = "mma.sync.aligned.m16n8k32.row.col.s32.s8.s8.s32",
                   .replacement = {}},
    .neutralise_exception = {},
};

}  // namespace bp
#endif
