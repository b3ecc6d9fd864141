// A reference microkernel: one operation on one instruction path, checked against a
// double-precision reference, and timed at real shapes.
#pragma once

#include <any>
#include <chrono>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "kernels/tuning.h"
#include "probes/registry/evidence.h"

namespace bp {

class Gpu;

/// The least that one launch of a shape has to do: what a roofline counts.
struct KernelWork {
  double operations = 0;  // of the matrix unit, multiply and add as two; 0: none worth counting
  double bytes = 0;       // each input read once, each output written once
  /// What does the operations: "mma_sync.bf16", "wgmma.bf16", "wgmma.e4m3"; empty: nothing.
  std::string_view unit;
};

/// A copy of the inputs of one shape on the GPU, and outputs of its own, ready to launch. All
/// members throw as launches do (DriverError, LaunchTimeout).
class KernelRun {
 public:
  virtual ~KernelRun() = default;
  /// Fills the outputs with what no kernel writes there (NaN), so that old results cannot pass.
  virtual void poison() = 0;
  /// Puts the launches of one pass on the GPU's stream.
  virtual void enqueue() = 0;
  /// Waits for the launches and compares the outputs, or a sample of their rows where the reference
  /// takes long, with the reference. Throws WrongOutput.
  virtual void verify(std::chrono::milliseconds timeout) = 0;
};

/// The machine code for one shape, for all copies of the inputs.
class LoadedProblem {
 public:
  virtual ~LoadedProblem() = default;
  /// "cubin sm_90a of ptxas 13.0.88", and which entry of it.
  virtual std::string image() const = 0;
  /// What does the operations where that depends on the image; empty: what KernelWork::unit says.
  virtual std::string_view unit() const { return {}; }
  /// Several copies let a benchmark rotate through more memory than L2 holds. Lives no longer than
  /// this object. Throws DriverError.
  virtual std::unique_ptr<KernelRun> upload() const = 0;
};

/// Inputs of one shape on the host.
class KernelProblem {
 public:
  virtual ~KernelProblem() = default;
  virtual KernelWork work() const = 0;
  /// `image` keeps the machine code from one shape to the next: it is for problems of the same
  /// kernel, GPU and tuning alone, and empty before the first of them. Lives no longer than this
  /// problem and `image`. Throws DriverError, too where `tuning` is not to be had.
  virtual std::unique_ptr<LoadedProblem> load(const Gpu& gpu, Tuning tuning,
                                              std::any& image) const = 0;
};

/// A real shape.
struct KernelShape {
  std::string name;                      // "b128_h16_sq1_sk4096"
  std::vector<std::string_view> models;  // ids of report/models whose layers have it; may be empty
};

/// One __global__ function of a kernel's module, as the host may launch it.
struct KernelEntry {
  std::string name;
  int threads = 0;  // of a block
  /// Dynamic shared memory of a block, the most that it is launched with; what the entry declares
  /// statically comes on top (read_resources).
  int shared_bytes = 0;
};

struct Kernel {
  std::string_view id;         // operation.path: "mla.dense_decode.mma_sync"
  std::string_view operation;  // probes/registry/operation.h
  std::string_view path;       // mma_sync, wgmma, simt, tcgen05, block_scaled
  std::string_view title;
  std::span<const std::string_view>
      needs;  // feature ids: if one is not supported or emulated, it cannot run
  /// Small shapes, compared with the reference, then with a planted fault: what `run` executes as
  /// evidence.
  KernelResult (*check)(const Gpu& gpu, Tuning tuning, std::uint64_t seed,
                        std::chrono::milliseconds timeout);
  /// Of a real shape, after the check: what `run --level full` says of its speed. A figure X beside
  /// X_limit is measured against that limit in the same call. Throws as launches do. May be null.
  std::vector<Figure> (*time)(const Gpu& gpu, std::chrono::milliseconds timeout);
  /// What `bench` times, the most telling ones first.
  std::vector<KernelShape> (*shapes)();
  /// Inputs of the shape shapes()[index]. `like`, which may be null, is a problem of a shape of
  /// that name and that seed, made by a kernel of the same operation: its inputs are used again. So
  /// a name means the same inputs on every path.
  std::unique_ptr<KernelProblem> (*make_problem)(std::size_t index, std::uint64_t seed,
                                                 const KernelProblem* like);
  /// Whether Tuning::portable differs from Tuning::free: the mma_sync kernels.
  bool has_portable = false;
  /// Every entry of the module. A kernel for sm_80 and up has entries of at most
  /// portable_shared_bytes for every shape that it takes.
  std::vector<KernelEntry> (*entries)() = nullptr;
};

std::span<const Kernel> kernels();
const Kernel* find_kernel(std::string_view id);

}  // namespace bp
