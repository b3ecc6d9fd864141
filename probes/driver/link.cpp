#include "probes/driver/link.h"

#include <algorithm>
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

enum class Purpose : std::uint8_t { judge, load };

LinkResult link_for(Purpose purpose, const Gpu& gpu, std::string_view ptx,
                    std::optional<Target> target, std::size_t log_bytes) {
  LinkResult result;
  std::vector<char> log(log_bytes, '\0');
  // The driver writes to the option values while linking: they live until the state is destroyed.
  std::vector<CUjit_option> options{CU_JIT_ERROR_LOG_BUFFER, CU_JIT_ERROR_LOG_BUFFER_SIZE_BYTES};
  std::vector<void*> values{log.data(), as_option(log_bytes)};
  const auto add = [&](CUjit_option option, std::size_t value) {
    options.push_back(option);
    values.push_back(as_option(value));
  };
  // A text that is only judged is not optimised: its code is thrown away.
  if (purpose == Purpose::judge) add(CU_JIT_OPTIMIZATION_LEVEL, 0);
  if (target) add(CU_JIT_TARGET, jit_target(*target));
  {
    LinkState state(gpu);
    result.code = gpu.api().LinkCreate(static_cast<unsigned>(options.size()), options.data(),
                                       values.data(), state.out());
    if (result.code == CUDA_SUCCESS) {
      std::string text(ptx);  // with its terminating zero, which the size counts
      result.code = gpu.api().LinkAddData(state.get(), CU_JIT_INPUT_PTX, text.data(),
                                          text.size() + 1, "probes", 0, nullptr, nullptr);
    }
    void* image = nullptr;
    std::size_t size = 0;
    if (result.code == CUDA_SUCCESS)
      result.code = gpu.api().LinkComplete(state.get(), &image, &size);
    if (purpose == Purpose::load && result.code == CUDA_SUCCESS && image != nullptr) {
      // It goes with the state.
      const auto* bytes = static_cast<const std::uint8_t*>(image);
      result.image.assign(bytes, bytes + size);
    }
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

}  // namespace

LinkResult link(const Gpu& gpu, std::string_view ptx, std::optional<Target> target,
                std::size_t log_bytes) {
  if (log_bytes == 0) log_bytes = std::max(std::size_t{256} << 10, 2 * ptx.size());
  return link_for(Purpose::judge, gpu, ptx, target, log_bytes);
}

LinkResult link_image(const Gpu& gpu, std::string_view ptx, std::optional<Target> target) {
  constexpr std::size_t log_bytes = std::size_t{64} << 10;  // one text that is mostly accepted
  return link_for(Purpose::load, gpu, ptx, target, log_bytes);
}

}  // namespace bp
