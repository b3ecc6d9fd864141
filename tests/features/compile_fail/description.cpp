// A probe's description. Compiled as it is it must pass; with one of the BP_... names defined it
// must not.
#include "probes/features/probe.h"

namespace bp {
namespace {

constexpr std::string_view instructions[] = {"elect.sync"};
void fill(std::span<std::uint8_t>) {}
void fill_random(std::span<std::uint8_t>, std::uint64_t) {}
void compute(std::span<const std::uint8_t>, std::span<double>) {}

}  // namespace

extern const InstructionProbe described_probe;
const InstructionProbe described_probe {
  .feature = "described", .entry = "described", .instructions = instructions, .needs = {},
  .ptx = {8, 0},
#ifndef BP_NO_EXACT
  .exact = &fill,
#endif
  .random = &fill_random,
#if defined(BP_NULL_REFERENCE)
  .reference = nullptr,
#elif defined(BP_NULL_REFERENCE_FUNCTION)
  .reference = static_cast<Reference>(nullptr),
#elif !defined(BP_NO_REFERENCE)
  .reference = &compute,
#endif
#if defined(BP_NULL_FAULT)
  .fault = {.what = "nothing", .corrupt = nullptr},
#elif defined(BP_EMPTY_FAULT)
  .fault = {.what = "nothing"},
#elif !defined(BP_NO_FAULT)
  .fault = {.what = "everything", .corrupt = &fill},
#endif
  .native_sass = {}, .neutralise = {}, .neutralise_exception = {},
};

}  // namespace bp
