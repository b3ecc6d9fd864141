// Ends its worker by SIGABRT.
#ifdef __CUDACC__
#include "tests/misbehaving/words_device.cuh"

BP_ENTRY(self_test_abort) { add_one(in, out); }

#else
#include <sys/resource.h>

#include <cstdlib>

#include "tests/misbehaving/words.h"

namespace bp {
namespace {

void abort(std::span<std::uint8_t>) {
  const rlimit none{0, 0};  // a planned crash leaves no core file behind
  setrlimit(RLIMIT_CORE, &none);
  std::abort();
}

}  // namespace

extern const InstructionProbe self_test_abort_probe =
    self_test::words_probe<&abort>("self_test.abort", "self_test_abort");

}  // namespace bp
#endif
