// Computes something else than its reference says.
#ifdef __CUDACC__
#include "tests/misbehaving/words_device.cuh"

BP_ENTRY(self_test_wrong_value) {
  reinterpret_cast<unsigned*>(out)[threadIdx.x] =
      reinterpret_cast<const unsigned*>(in)[threadIdx.x] + 2;
}

#else
#include "tests/misbehaving/words.h"

namespace bp {

extern const InstructionProbe self_test_wrong_value_probe =
    self_test::words_probe<&self_test::exact>("self_test.wrong_value", "self_test_wrong_value");

}  // namespace bp
#endif
