// What an instruction probe is. Each .cu file of this folder holds one: its device code (seen by
// nvcc alone) and this description (seen by the host compiler alone). docs/adding-a-probe.md walks
// through it.
//
// Device side: every entry has the one signature of probes/features/device.cuh,
//   (const unsigned char* in, unsigned char* out, unsigned launch_index, TensorMapBytes
//   tensor_map),
// is compiled once to PTX with -arch=compute_80 and retargeted at run time
// (probes/assembly/rewrite.h).
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "probes/registry/target.h"

namespace bp {

using Bytes = std::vector<std::uint8_t>;

/// A function pointer that cannot be left out: there is no default and no null.
template <typename Function>
class Required {
 public:
  Required() = delete;
  Required(std::nullptr_t) = delete;
  // consteval: a null pointer is a compile error, see tests/features/compile_fail.
  consteval Required(Function function) : function_(function) {
    // Under UBSan g++ takes a function's address for unknown, but never a null one.
    if (__builtin_constant_p(function == nullptr) && function == nullptr)
      throw "a probe needs this function";
  }
  template <typename... Args>
  auto operator()(Args&&... args) const {
    return function_(static_cast<Args&&>(args)...);
  }

 private:
  Function function_;
};

struct Dim3 {
  unsigned x = 1, y = 1, z = 1;
};

/// How the entry is launched (cuLaunchKernelEx attributes, not __cluster_dims__: compute_80 has
/// none).
struct LaunchShape {
  Dim3 grid;
  Dim3 block;
  Dim3 cluster{1, 1, 1};  // cluster attribute is set if any is > 1, or if `set_cluster`
  bool set_cluster = false;
  unsigned dynamic_shared_bytes = 0;
  unsigned launches = 1;  // launched so often on one stream; launch_index = 0, 1, ...
  bool programmatic_dependent =
      false;  // CU_LAUNCH_ATTRIBUTE_PROGRAMMATIC_STREAM_SERIALIZATION on launches > 0
  bool cooperative = false;  // CU_LAUNCH_ATTRIBUTE_COOPERATIVE: all CTAs of the grid run at once
};

/// Element type of the output, to decode it into doubles.
enum class Element : std::uint8_t { u8, u32, s32, f32, f64 };
constexpr std::size_t size_of(Element element) {
  return element == Element::u8 ? 1 : element == Element::f64 ? 8 : 4;
}

/// A tensor map over the input buffer, passed to the entry as last parameter: tiled
/// (cuTensorMapEncodeTiled), or of columns of pixels where `im2col` is given
/// (cuTensorMapEncodeIm2col; `box` is unused then).
struct TensorMap {
  enum class Type : std::uint8_t { u8, u16, u32, f16, bf16, f32 } type = Type::u8;
  enum class Swizzle : std::uint8_t { none, b32, b64, b128 } swizzle = Swizzle::none;
  unsigned rank = 2;
  std::array<std::uint64_t, 5> dims{};     // elements, innermost first
  std::array<std::uint64_t, 4> strides{};  // bytes, of dims 1..rank-1
  std::array<std::uint32_t, 5> box{};      // elements
  std::size_t offset = 0;                  // byte offset of the tensor in the input buffer
  /// The base pixels range, in each of the rank - 2 spatial dimensions, from `lower` to the
  /// tensor's last one plus `upper`.
  struct Im2col {
    std::array<int, 3> lower{}, upper{};
    unsigned channels = 0;  // of each pixel
    unsigned pixels = 0;    // of a column
  };
  std::optional<Im2col> im2col{};
};

/// Fills the device's input buffer with values for which the result is exact.
using MakeExact = void (*)(std::span<std::uint8_t> in);
/// Fills it with random values (any uniform 64-bit seed; same seed, same bytes).
using MakeRandom = void (*)(std::span<std::uint8_t> in, std::uint64_t seed);
/// Computes every output element from the input buffer in double precision.
using Reference = void (*)(std::span<const std::uint8_t> in, std::span<double> out);
/// Changes the input so that the reference of the changed input differs from that of the original.
using Corrupt = void (*)(std::span<std::uint8_t> in);

/// The planted fault: one input is corrupted on the device side only; the output must then equal
/// the reference of the corrupted input.
struct Fault {
  std::string_view what;  // "one element of A is negated"
  Required<Corrupt> corrupt;
};

/// How an output of random inputs may differ: |out - ref| <= absolute + relative * |ref|.
/// Outputs of exact inputs must always be equal.
struct Tolerance {
  double absolute = 0;
  double relative = 0;
};

/// A clocked loop of the instruction in the same file: decides native or emulated as a ratio of
/// rates in one run. The entry (same signature) writes, per block, the clock64() delta as u64 to
/// out[8 * blockIdx.x]; 0: it was not done in time.
struct Rate {
  std::string_view entry;
  LaunchShape launch;
  std::uint64_t operations_per_block = 0;  // multiply and add count as two
  std::size_t input_bytes = 0;             // filled by MakeRandom; operands must change in the loop
  /// Of the tested kind, that one block issues in the loop; an instruction of a warp or of a
  /// warpgroup is one, of a pair of CTAs the first one's. 0: not said.
  std::uint64_t instructions_per_block = 0;
};

/// Compares this probe's rate with another feature's, both in operations per clock per SM.
struct NativeTest {
  std::string_view baseline;    // feature id, e.g. "mma_sync.f16"
  double native_at_least = 0;   // ratio >= this: the native unit did it
  double emulated_at_most = 0;  // ratio <= this: it is emulated; between: unknown
};

/// A change of the PTX text that takes the tested instruction away, for the proof that the probe
/// tests it.
struct Neutralise {
  std::string_view line_with;  // every line that contains this ...
  std::string_view
      replacement;  // ... becomes this ("" deletes it); "%0" .. "%3": the line's operands
};

struct InstructionProbe {
  std::string_view feature;  // id of the registry row
  std::string_view entry;    // name of the __global__ function
  /// Opcodes of the compiled PTX, complete with modifiers. The first is the feature's own
  /// instruction; the others are the remaining ones that plain sm_80 code does not have.
  std::span<const std::string_view> instructions;
  std::span<const std::string_view> needs;  // ids of features that this probe relies on
  PtxVersion ptx;                           // smallest `.version` that knows `instructions`
  std::uint64_t operations =
      0;  // of one launch: multiply and add count as two; else bytes or events
  LaunchShape launch;
  std::size_t input_bytes = 0;
  Element element = Element::f32;
  std::size_t outputs = 0;        // number of compared elements at the start of `out`
  std::size_t scratch_bytes = 0;  // behind them in `out`; zeroed before the launch, not compared
  std::optional<TensorMap> tensor_map;
  Required<MakeExact> exact;
  Required<MakeRandom> random;
  Required<Reference> reference;
  Fault fault;
  Tolerance tolerance;
  /// SASS opcode prefixes, one of which the native instruction shows as (nvdisasm names).
  std::span<const std::string_view> native_sass;
  std::optional<Rate> rate;
  std::optional<NativeTest> native_test;
  Neutralise neutralise;
  /// Set where taking the instruction away cannot change the result, e.g. a pure scheduling hint:
  /// why.
  std::string_view neutralise_exception;
  /// Set where the probe is only assembled and never launched, nowhere: why.
  std::string_view not_launched{};
};

/// All probes of this build, in no particular order (generated from the files of probes/features).
std::span<const InstructionProbe* const> probes();
const InstructionProbe* find_probe(std::string_view feature);

}  // namespace bp
