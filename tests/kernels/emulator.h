// Runs the text of a kernel on the host: every GPU thread is a fiber, and the machine operations
// (kernels/mla/ decode_mma_sync.cuh) do what the PTX ISA says of them. Written from PTX ISA 9.0,
// sections "ldmatrix", "Matrix Fragments for mma.m16n8k16 with floating point type" and "cp.async",
// on purpose without the kernel's own index functions.
//
// Missing barriers show: the order in which threads run can be changed, asynchronous copies can be
// made to land as early or as late as the rules allow, and shared memory starts as NaN. Misuse
// throws EmulatorError.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <stdexcept>

namespace bp::test {

struct EmulatorError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

enum class Order : std::uint8_t { forward, backward, shuffled };
enum class CopyTime : std::uint8_t { at_issue, at_wait };

struct BlockShape {
  int threads = 0;
  std::size_t shared_bytes = 0;
  Order order = Order::forward;
  CopyTime copies = CopyTime::at_wait;
};

class Block;

/// The machine of one thread.
class HostMachine {
 public:
  HostMachine(Block& block, int thread) : block_(block), thread_(thread) {}
  int thread() const { return thread_; }
  int opaque(int value) const { return value; }
  int block_x() const;
  int block_y() const;
  unsigned char* shared() const;
  void sync();
  float shuffle_xor(float value, int mask);
  void copy16(int target, const void* source, bool valid);
  void commit();
  template <int pending>
  void wait() {
    wait_for(pending);
  }
  void ldmatrix(int source, unsigned (&r)[4]) { load_matrices(source, r, false); }
  void ldmatrix_transposed(int source, unsigned (&r)[4]) { load_matrices(source, r, true); }
  void mma(float (&d)[4], const unsigned (&a)[4], unsigned b0, unsigned b1);
  float exp2(float x) const;
  float log2(float x) const;
  unsigned pack_bf16(float low, float high) const;
  float infinity() const;

 private:
  void wait_for(int pending);
  void load_matrices(int source, unsigned (&r)[4], bool transposed);

  Block& block_;
  int thread_;
};

/// Memory that kernels may copy from; anything else is an error.
using GlobalMemory = std::span<const std::byte>;

/// Runs `kernel` in each thread of each block of the grid, one block after the other.
void emulate(int grid_x, int grid_y, const BlockShape& shape, GlobalMemory readable,
             const std::function<void(HostMachine&)>& kernel);

}  // namespace bp::test
