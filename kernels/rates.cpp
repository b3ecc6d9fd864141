#include "kernels/rates.h"

#include <algorithm>
#include <array>

#include "kernels/device_timer.h"
#include "kernels/embedded.h"
#include "kernels/image.h"
#include "kernels/rates/rate_params.h"
#include "probes/features/host.h"

namespace bp {
namespace {

using rates::Bf16Loop;
using rates::E4m3Loop;
using rates::RateParams;
using rates::WgmmaLoop;

enum class RateOperand : std::uint8_t { bf16, e4m3 };

struct RateUnit {
  std::string_view id;
  std::string_view module;
  PtxVersion ptx;
  Target portable;
  RateOperand operand;
  int threads;        // of a block
  int blocks;         // of an SM
  double operations;  // of an iteration in a block
};

constexpr std::array rate_units{
    RateUnit{"mma_sync.bf16", "rates.mma_sync_bf16", portable_ptx, portable_target,
             RateOperand::bf16, Bf16Loop::threads, Bf16Loop::blocks, Bf16Loop::operations(16)},
    RateUnit{"mma_sync.e4m3", "rates.mma_sync_e4m3", float8_ptx, float8_target, RateOperand::e4m3,
             E4m3Loop::threads, E4m3Loop::blocks, E4m3Loop::operations(32)},
    RateUnit{"wgmma.bf16", "rates.wgmma_bf16", hopper_ptx, hopper_target, RateOperand::bf16,
             WgmmaLoop::threads, WgmmaLoop::blocks, WgmmaLoop::operations(16)},
    RateUnit{"wgmma.e4m3", "rates.wgmma_e4m3", hopper_ptx, hopper_target, RateOperand::e4m3,
             WgmmaLoop::threads, WgmmaLoop::blocks, WgmmaLoop::operations(32)},
};

/// Any bits of sign and mantissa; magnitudes of 1/8 to 2.
Bytes random_operands(RateOperand type) {
  Bytes bytes(rates::operand_words * sizeof(std::uint32_t));
  Random random(1);
  for (std::size_t i = 0; i < bytes.size() / 2; ++i) {
    auto bits = static_cast<std::uint16_t>(random.next());
    if (type == RateOperand::e4m3) {
      bits = static_cast<std::uint16_t>((bits & 0xbfbf) | 0x2020);
    } else {
      const auto exponent = static_cast<std::uint16_t>(random.between(124, 127));
      bits = static_cast<std::uint16_t>((bits & 0x807f) | exponent << 7);
    }
    store<std::uint16_t>(bytes, i, bits);
  }
  return bytes;
}

constexpr int first_iterations = 256;
constexpr int most_iterations = 1 << 26;
constexpr double launch_seconds = 4e-3;
constexpr int timed_launches = 9;

}  // namespace

double matrix_rate(const Gpu& gpu, std::string_view unit, std::chrono::milliseconds timeout) {
  const auto found = std::ranges::find(rate_units, unit, &RateUnit::id);
  if (found == rate_units.end()) {
    throw DriverError(CUDA_ERROR_NOT_SUPPORTED, "CUDA_ERROR_NOT_SUPPORTED",
                      "no rate of " + std::string(unit));
  }
  const ModuleImage image =
      load_module_image(gpu, kernel_pack(), found->module, found->ptx, found->portable);
  const CUfunction function = image.module->function("rate_loop");

  LaunchShape shape;
  const int blocks = gpu.attribute(CU_DEVICE_ATTRIBUTE_MULTIPROCESSOR_COUNT) * found->blocks;
  shape.grid = {static_cast<unsigned>(blocks), 1, 1};
  shape.block = {static_cast<unsigned>(found->threads), 1, 1};
  const Bytes words = random_operands(found->operand);
  DeviceBuffer operands(gpu, words.size());
  DeviceBuffer results(gpu, static_cast<std::size_t>(blocks) *
                                static_cast<std::size_t>(found->threads) * sizeof(float));
  operands.upload(words);
  RateParams params{.operands = reinterpret_cast<const std::uint32_t*>(operands.address()),
                    .results = reinterpret_cast<float*>(results.address()),
                    .iterations = first_iterations};
  DeviceTimer timer(gpu, timeout);
  const auto timed_launch = [&] {
    void* parameters[] = {&params};
    timer.start();
    launch(gpu, function, shape, parameters);
    return timer.stop();
  };
  timed_launch();  // loads the code
  const double needed = first_iterations * launch_seconds / timed_launch();
  params.iterations = static_cast<int>(std::clamp(needed, 1.0, double{most_iterations}));

  const double operations = found->operations * blocks * params.iterations;
  std::array<double, timed_launches> rates{};
  for (double& rate : rates) rate = operations / timed_launch();
  std::ranges::nth_element(rates, rates.begin() + timed_launches / 2);
  return rates[timed_launches / 2];
}

}  // namespace bp
