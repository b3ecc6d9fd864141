// Stores to an address that no allocation holds: the context is lost.
#ifdef __CUDACC__
#include "tests/misbehaving/words_device.cuh"

BP_ENTRY(self_test_illegal_address) {
  add_one(in, out);
  *reinterpret_cast<volatile unsigned*>(0x7000000000000000ull) = 1;
}

#else
#include "tests/misbehaving/words.h"

namespace bp {

extern const InstructionProbe self_test_illegal_address_probe =
    self_test::words_probe<&self_test::exact>("self_test.illegal_address",
                                              "self_test_illegal_address");

}  // namespace bp
#endif
