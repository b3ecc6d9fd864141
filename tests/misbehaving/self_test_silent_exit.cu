// Ends its worker with status 0 and without a word.
#ifdef __CUDACC__
#include "tests/misbehaving/words_device.cuh"

BP_ENTRY(self_test_silent_exit) { add_one(in, out); }

#else
#include <unistd.h>

#include "tests/misbehaving/words.h"

namespace bp {
namespace {

void silent_exit(std::span<std::uint8_t>) { _exit(0); }

}  // namespace

extern const InstructionProbe self_test_silent_exit_probe =
    self_test::words_probe<&silent_exit>("self_test.silent_exit", "self_test_silent_exit");

}  // namespace bp
#endif
