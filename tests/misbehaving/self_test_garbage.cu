// Writes what is no answer to the pipe of its worker.
#ifdef __CUDACC__
#include "tests/misbehaving/words_device.cuh"

BP_ENTRY(self_test_garbage) { add_one(in, out); }

#else
#include <unistd.h>

#include "tests/misbehaving/words.h"

namespace bp {
namespace {

void garbage(std::span<std::uint8_t> in) {
  constexpr int result_pipe = 3;  // cli/supervisor/protocol.h
  constexpr std::string_view text = "Segmentation fault?\n{\"finished\": [[[\n\xff\xfe{}\n";
  [[maybe_unused]] const auto written = write(result_pipe, text.data(), text.size());
  self_test::exact(in);
}

}  // namespace

extern const InstructionProbe self_test_garbage_probe =
    self_test::words_probe<&garbage>("self_test.garbage", "self_test_garbage");

}  // namespace bp
#endif
