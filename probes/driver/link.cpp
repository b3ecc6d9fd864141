#include "probes/driver/link.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <vector>

#include "probes/driver/problem.h"

namespace bp {
namespace {

void* as_option(std::size_t value) { return reinterpret_cast<void*>(value); }

/// Owns a link state, so that no early return leaks it.
class LinkState {
 public:
  explicit LinkState(const Gpu& gpu) : gpu_(gpu) {}
  ~LinkState() {
    if (state_ != nullptr && !gpu_.lost()) gpu_.api().LinkDestroy(state_);
  }
  LinkState(const LinkState&) = delete;
  CUlinkState* out() { return &state_; }
  CUlinkState get() const { return state_; }

 private:
  const Gpu& gpu_;
  CUlinkState state_ = nullptr;
};

}  // namespace

LinkResult link(const Gpu& gpu, std::string_view ptx, std::optional<Target> target,
                std::size_t log_bytes) {
  if (log_bytes == 0) log_bytes = std::max(std::size_t{256} << 10, 2 * ptx.size());
  LinkResult result;
  std::vector<char> log(log_bytes, '\0');
  // The driver writes to the option values while linking: they live until the state is destroyed.
  // Not optimised: the text is judged, and its code thrown away.
  std::array<CUjit_option, 4> options{CU_JIT_ERROR_LOG_BUFFER, CU_JIT_ERROR_LOG_BUFFER_SIZE_BYTES,
                                      CU_JIT_OPTIMIZATION_LEVEL, CU_JIT_TARGET};
  std::array<void*, 4> values{log.data(), as_option(log_bytes), as_option(0),
                              as_option(target ? jit_target(*target) : 0)};
  const unsigned count = target ? 4 : 3;
  {
    LinkState state(gpu);
    result.code = gpu.api().LinkCreate(count, options.data(), values.data(), state.out());
    if (result.code == CUDA_SUCCESS) {
      std::string text(ptx);  // with its terminating zero, which the size counts
      result.code = gpu.api().LinkAddData(state.get(), CU_JIT_INPUT_PTX, text.data(),
                                          text.size() + 1, "probes", 0, nullptr, nullptr);
    }
    void* image = nullptr;
    std::size_t size = 0;
    if (result.code == CUDA_SUCCESS)
      result.code = gpu.api().LinkComplete(state.get(), &image, &size);
  }
  const auto length = strnlen(log.data(), log.size());
  result.log.assign(log.data(), length);
  // A line that does not fit may be cut or left out whole: less than one line of room counts as
  // full.
  constexpr std::size_t longest_line = 512;
  result.truncated = length + std::min(longest_line, log_bytes / 2) >= log_bytes;
  if (result.code != CUDA_SUCCESS) {
    result.name = error_name(gpu.api(), result.code);
    if (is_sticky(result.code)) gpu.check(result.code, "cuLinkAddData");
  }
  return result;
}

}  // namespace bp
