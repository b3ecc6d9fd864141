// What a tcgen05.cp probe copies, for both halves of its file.
#pragma once

namespace bp::tcgen05 {

struct CopyPlan {
  static constexpr unsigned cta_group = 1;       // CTAs, each with a tile of its own
  static constexpr unsigned blank = 0x5a5a5a5a;  // in cells that no row reaches
#ifdef __CUDACC__
  __device__ static unsigned initial(const unsigned char*, unsigned, unsigned) { return blank; }
#endif
};

}  // namespace bp::tcgen05
