#include "kernels/bench/cublas.h"

#include <dlfcn.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <filesystem>
#include <random>
#include <vector>

#include "kernels/device_timer.h"
#include "kernels/reference/bf16.h"

namespace bp::bench {
namespace {

constexpr int size = 8192;
constexpr double operations = 2.0 * size * size * size;

// The few prototypes that are needed: cuBLAS Library documentation, "cuBLAS Helper Functions" and
// "cublasGemmEx". Its handle is opaque, its enumerations are ints.
using Handle = void*;
using Create = int (*)(Handle*);
using Destroy = int (*)(Handle);
using SetStream = int (*)(Handle, CUstream);
using GemmEx = int (*)(Handle, int transpose_a, int transpose_b, int m, int n, int k,
                       const void* alpha, const void* a, int type_a, int lda, const void* b,
                       int type_b, int ldb, const void* beta, void* c, int type_c, int ldc,
                       int compute, int algorithm);
constexpr int no_transpose = 0;    // CUBLAS_OP_N
constexpr int transpose = 1;       // CUBLAS_OP_T
constexpr int bf16_type = 14;      // CUDA_R_16BF
constexpr int compute_fp32 = 68;   // CUBLAS_COMPUTE_32F
constexpr int any_algorithm = -1;  // CUBLAS_GEMM_DEFAULT

struct Library {
  void* library = nullptr;
  std::string name;
};

Library open_library() {
  std::vector<std::string> folders{""};  // where the loader looks
  for (const char* variable : {"CUDA_HOME", "CUDA_PATH"}) {
    if (const char* home = std::getenv(variable)) folders.push_back(std::string(home) + "/lib64/");
  }
  folders.emplace_back("/usr/local/cuda/lib64/");
  for (const std::string& folder : folders) {
    for (const char* name : {"libcublas.so.13", "libcublas.so.12"}) {
      if (void* library = dlopen((folder + name).c_str(), RTLD_NOW | RTLD_LOCAL))
        return {library, name};
    }
  }
  return {};
}

void fill_with_random_bf16(DeviceBuffer& buffer) {
  // Power, and so the clocks, depend on the values: zeros would flatter.
  std::mt19937 random(1);
  std::uniform_real_distribution<float> values(-1, 1);
  std::vector<std::uint8_t> piece(std::size_t{4} << 20);
  for (std::size_t i = 0; i + 1 < piece.size(); i += 2) {
    const std::uint16_t bits = to_bf16(values(random));
    piece[i] = static_cast<std::uint8_t>(bits & 0xff);
    piece[i + 1] = static_cast<std::uint8_t>(bits >> 8);
  }
  for (std::size_t at = 0; at < buffer.size(); at += piece.size()) {
    buffer.upload(std::span(piece).first(std::min(piece.size(), buffer.size() - at)), at);
  }
}

void* pointer(const DeviceBuffer& buffer) { return reinterpret_cast<void*>(buffer.address()); }

CublasRate without(std::string why) { return {std::nullopt, {}, std::move(why)}; }

}  // namespace

CublasRate cublas_rate(const Gpu& gpu, std::chrono::milliseconds timeout) {
  const Library library = open_library();
  if (library.library == nullptr)
    return without("libcublas.so.13 and libcublas.so.12 are not here");
  const auto create = reinterpret_cast<Create>(dlsym(library.library, "cublasCreate_v2"));
  const auto destroy = reinterpret_cast<Destroy>(dlsym(library.library, "cublasDestroy_v2"));
  const auto set_stream = reinterpret_cast<SetStream>(dlsym(library.library, "cublasSetStream_v2"));
  const auto multiply = reinterpret_cast<GemmEx>(dlsym(library.library, "cublasGemmEx"));
  if (create == nullptr || destroy == nullptr || set_stream == nullptr || multiply == nullptr)
    return without(library.name + " lacks cublasGemmEx");

  const auto bytes = std::size_t{2} * size * size;
  DeviceBuffer a(gpu, bytes);
  DeviceBuffer b(gpu, bytes);
  DeviceBuffer c(gpu, bytes);
  fill_with_random_bf16(a);
  fill_with_random_bf16(b);
  Handle handle = nullptr;
  if (const int status = create(&handle); status != 0)
    return without(library.name + ": cublasCreate gives " + std::to_string(status));
  const float one = 1;
  const float zero = 0;
  const auto launch = [&] {
    return multiply(handle, transpose, no_transpose, size, size, size, &one, pointer(a), bf16_type,
                    size, pointer(b), bf16_type, size, &zero, pointer(c), bf16_type, size,
                    compute_fp32, any_algorithm);
  };
  int status = set_stream(handle, gpu.stream());
  constexpr int warm_ups = 3;
  for (int i = 0; i < warm_ups && status == 0; ++i) status = launch();
  gpu.wait(timeout);
  std::array<double, 15> rates{};
  DeviceTimer timer(gpu, timeout);
  for (double& rate : rates) {
    if (status != 0) break;
    timer.start();
    status = launch();
    rate = operations / timer.stop();
  }
  destroy(handle);
  if (status != 0) return without(library.name + ": cublasGemmEx gives " + std::to_string(status));
  std::ranges::nth_element(rates, rates.begin() + rates.size() / 2);
  const std::string edge = std::to_string(size);
  return {rates[rates.size() / 2], library.name + ", " + edge + " x " + edge + " x " + edge, {}};
}

}  // namespace bp::bench
