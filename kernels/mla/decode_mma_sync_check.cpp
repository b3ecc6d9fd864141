// The check of mla.dense_decode.mma_sync: what `run` executes as evidence. Small shapes, so that
// the whole of it with the reference on the host stays well below half a second.
#include <algorithm>
#include <array>
#include <utility>

#include "kernels/check.h"
#include "kernels/mla/decode_mma_sync.h"
#include "kernels/reference/bf16.h"
#include "kernels/reference/compare.h"
#include "probes/registry/reason.h"

namespace bp::mla {
namespace {

constexpr std::string_view id = "mla.dense_decode.mma_sync";
constexpr std::string_view operation = "mla.dense_decode";
constexpr std::string_view path = "mma_sync";

// It uses cp.async as well, which has no probe yet.
constexpr std::string_view needs[] = {"mma_sync.bf16", "ldmatrix", "cp_async"};
constexpr ComputeCapability smallest{8, 0};

struct Accuracy {
  double out_error = 0;
  double cos_diff = 0;
  double lse_error = 0;
  std::size_t values = 0;
};

void expect_equal(const DecodeOutputs& actual, const DenseDecodeResult& expected,
                  const std::string& shape, Accuracy& accuracy) {
  const auto out = compare(actual.out, expected.out, dense_decode_out_limits);
  const auto lse = compare(actual.lse, expected.lse, dense_decode_lse_limits);
  accuracy.out_error = std::max(accuracy.out_error, out.max_abs_error);
  accuracy.cos_diff = std::max(accuracy.cos_diff, out.cos_diff);
  accuracy.lse_error = std::max(accuracy.lse_error, lse.max_abs_error);
  accuracy.values += actual.out.size() + actual.lse.size();
  if (!out.equal)
    throw WrongOutput(make_reason("wrong_value", shape + ", output: " + out.sentence));
  if (!lse.equal) throw WrongOutput(make_reason("wrong_value", shape + ", LSE: " + lse.sentence));
}

std::string describe(const DecodeShape& shape, int parts) {
  return "heads " + std::to_string(shape.h_q) + ", query tokens " + std::to_string(shape.s_q) +
         (shape.causal ? ", causal" : "") + ", " + std::to_string(shape.seqlens.size()) +
         " requests, " + std::to_string(parts) + (parts == 1 ? " part" : " parts");
}

/// One value of a key in the device's copy alone: the output must follow the corrupted cache.
void check_fault(DecodeRun& run, DecodeInputs inputs, DenseDecodeResult expected,
                 std::chrono::milliseconds timeout) {
  const int request = inputs.batch() - 1;
  const auto original = expected;
  const std::size_t key = inputs.key_at(request, inputs.shape.seqlens.back() * 3 / 4) + 100;
  inputs.cache[key] = to_bf16(24.0f);
  run.set_key(key, inputs.cache[key]);
  const auto changed = dense_decode_reference(inputs.problem(), request, 1);
  std::ranges::copy(changed.out,
                    expected.out.end() - static_cast<std::ptrdiff_t>(changed.out.size()));
  std::ranges::copy(changed.lse,
                    expected.lse.end() - static_cast<std::ptrdiff_t>(changed.lse.size()));
  if (compare(expected.out, original.out, dense_decode_out_limits).equal) {
    throw WrongOutput(make_reason("fault_not_caught", "it does not change the reference"));
  }
  run.poison();
  run.enqueue();
  const auto outputs = run.outputs(timeout);
  if (compare(outputs.out, original.out, dense_decode_out_limits).equal) {
    throw WrongOutput(make_reason("fault_not_caught", "one value of a key is replaced by 24"));
  }
  // Its errors are those of a far larger value: no part of the figures.
  Accuracy ignored;
  expect_equal(outputs, expected, "planted fault (one value of a key is replaced by 24)", ignored);
}

void decide(const Gpu& gpu, std::uint64_t seed, std::chrono::milliseconds timeout,
            KernelResult& result) {
  const auto evidence = [&](EvidenceKind kind, Target target, std::string text) {
    result.evidence.push_back({kind,
                               false,
                               driver_name(gpu.driver()),
                               to_string(target),
                               std::move(text),
                               std::nullopt,
                               {}});
  };
  const ModuleImage image = load_decode_image(gpu);
  evidence(EvidenceKind::loaded, image.target, image.text);

  const GpuLimits limits = limits_of(gpu);
  Accuracy accuracy;
  bool launched = false;
  // Few heads with all borders of pages and tiles; many heads with more query tokens than one
  // request has keys.
  const std::array<DecodeShape, 2> shapes{
      {{1, 16, false, {0, 1, 63, 64, 65, 200}}, {2, 128, true, {1, 130}}}};
  for (const DecodeShape& shape : shapes) {
    const DecodeInputs inputs = make_decode_inputs(shape, seed);
    const DenseDecodeResult expected = dense_decode_reference(inputs.problem());
    const DecodeVariant variant = choose_variant(inputs.query_rows(), limits);
    if (variant.entry == nullptr) {
      throw DriverError(CUDA_ERROR_LAUNCH_OUT_OF_RESOURCES, "CUDA_ERROR_LAUNCH_OUT_OF_RESOURCES",
                        "shared memory of a block");
    }
    // In one piece; cut somewhere; cut as fine as it gets.
    for (const int parts : {1, 3, parts_for(variant, inputs.query_rows(), limits)}) {
      DecodeRun run(gpu, *image.module, inputs, variant, parts);
      run.poison();
      run.enqueue();
      const auto outputs = run.outputs(timeout);
      if (!std::exchange(launched, true)) {
        evidence(EvidenceKind::launched, image.target, "launched and ended");
      }
      expect_equal(outputs, expected, describe(shape, parts), accuracy);
      if (shape.s_q == 1 && parts == 3) check_fault(run, inputs, expected, timeout);
    }
  }
  evidence(EvidenceKind::verified, image.target,
           std::to_string(accuracy.values) +
               " values equal the double-precision reference within FlashMLA's limits; planted "
               "fault caught: "
               "one value of a key is replaced by 24");
  result.figures = {{"max_abs_error", accuracy.out_error, ""},
                    {"cos_diff", accuracy.cos_diff, ""},
                    {"lse_max_abs_error", accuracy.lse_error, ""}};
}

KernelResult check(const Gpu& gpu, std::uint64_t seed, std::chrono::milliseconds timeout) {
  if (gpu.cc() < smallest) {
    KernelResult result;
    result.id = id;
    result.operation = operation;
    result.path = path;
    result.status = Status::not_run;
    result.reason = make_reason("need_missing", "mma_sync.bf16 needs compute capability 8.0");
    return result;
  }
  return run_check(gpu, id, operation, path,
                   [&](KernelResult& result) { decide(gpu, seed, timeout, result); });
}

}  // namespace

Kernel decode_mma_sync_kernel() {
  return {id,
          operation,
          path,
          "Dense MLA decode, bf16, paged KV cache, on mma.sync",
          needs,
          &check,
          &time_decode_mma_sync};
}

}  // namespace bp::mla
