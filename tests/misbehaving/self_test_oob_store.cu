// A planted store behind the end of the output buffer, for compute-sanitizer's memcheck to find. It
// stays within the 512 bytes that the driver hands out at least, so that nothing else is hit.
#ifdef __CUDACC__
#include "tests/misbehaving/words_device.cuh"

BP_ENTRY(self_test_oob_store) {
  add_one(in, out);
  constexpr unsigned bytes = 32 * sizeof(unsigned);  // of the buffer
  if (threadIdx.x == 0) *reinterpret_cast<volatile unsigned*>(out + bytes) = 1;
}

#else
#include "tests/misbehaving/words.h"

namespace bp {

extern const InstructionProbe self_test_oob_store_probe =
    self_test::words_probe<&self_test::exact>("self_test.oob_store", "self_test_oob_store");

}  // namespace bp
#endif
