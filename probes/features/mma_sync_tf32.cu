// mma.sync with tf32 operands (f32 registers whose low 13 bits are zero).
#ifdef __CUDACC__
#include "probes/features/device.cuh"
#include "probes/features/mma_sync_device.cuh"
#include "probes/ptx/mma_sync.cuh"

BP_ENTRY(mma_sync_tf32) {
  bp::mma::multiply_tiles<float, false>(in, out, [](auto& f) { bp::ptx::mma_tf32(f.d, f.a, f.b); });
}

BP_ENTRY(mma_sync_tf32_rate) {
  bp::mma::clocked_loop<float>(
      in, out, [](auto& d, const auto& a, const auto& b) { bp::ptx::mma_tf32(d, a, b); });
}

#else
#include "probes/features/mma_sync_formats.h"
#include "probes/features/mma_sync_host.h"

namespace bp {
namespace {

using Format = mma::Tf32;
constexpr std::string_view instructions[] = {"mma.sync.aligned.m16n8k8.row.col.f32.tf32.tf32.f32"};
constexpr std::string_view native_sass[] = {"HMMA.1688.F32.TF32"};

}  // namespace

extern const InstructionProbe mma_sync_tf32_probe{
    .feature = "mma_sync.tf32",
    .entry = "mma_sync_tf32",
    .instructions = instructions,
    .needs = {},
    .ptx = {7, 0},
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
    // Products are exact; at most 9 additions truncate to 24 bits below a sum of less than 16.
    .tolerance = {.absolute = 0x1p-15},
    .native_sass = native_sass,
    .rate = mma::rate<Format>("mma_sync_tf32_rate"),
    .native_test = std::nullopt,
    // The accumulator is updated in place: without the instruction D is C.
    .neutralise = {.line_with = "mma.sync.aligned.m16n8k8.row.col.f32.tf32.tf32.f32",
                   .replacement = {}},
    .neutralise_exception = {},
};

}  // namespace bp
#endif
