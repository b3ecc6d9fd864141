// The formats of the mma_sync probes: elements of A and B, layout, accumulator, scales.
//   A, B, Layout, Scale
//   product(a, b)   what the instruction adds up
//   accumulator(x)  the value next to x that C can have
//   ordered         the places in the metadata of a sparse A ascend
#pragma once

#include "probes/features/mma_sync_elements.h"
#include "probes/features/mma_sync_layout.h"

namespace bp::mma {

struct NoScale {
  static constexpr unsigned blocks = 0;  // scales along K
  static std::uint8_t exact(Random&) { return 0; }
  static std::uint8_t random(Random&) { return 0; }
};

/// Powers of two, code e is 2^(e - 127).
template <unsigned scales>
struct Ue8m0 {
  static constexpr unsigned blocks = scales;
  static double decode(std::uint8_t code) { return decode_ue8m0(code); }
  /// Of several scales along K the sums have to fit in 13 bits together.
  static std::uint8_t exact(Random& values) { return code(values, scales == 1 ? 2 : 1); }
  static std::uint8_t random(Random& values) { return code(values, 1); }
  static std::uint8_t doubled(std::uint8_t code) { return static_cast<std::uint8_t>(code + 1); }

 private:
  static std::uint8_t code(Random& values, int range) {
    return static_cast<std::uint8_t>(127 + values.between(-range, range));
  }
};

template <unsigned scales>
struct Ue4m3 {
  static constexpr unsigned blocks = scales;
  static double decode(std::uint8_t code) { return ue4m3_magnitude.decode(code); }
  /// 0.5, 1 or 2.
  static std::uint8_t exact(Random& values) { return code(values.between(6, 8), 0); }
  /// 0.5 to 1.875, every mantissa.
  static std::uint8_t random(Random& values) {
    return code(values.between(6, 7), values.between(0, 7));
  }
  static std::uint8_t doubled(std::uint8_t code) { return static_cast<std::uint8_t>(code + 8); }

 private:
  static std::uint8_t code(int exponent, int mantissa) {
    return static_cast<std::uint8_t>(exponent * 8 + mantissa);
  }
};

template <typename ElementA, typename Layout_ = Dense, typename Scale_ = NoScale,
          typename ElementB = ElementA>
struct Format {
  using A = ElementA;
  using B = ElementB;
  using Layout = Layout_;
  using Scale = Scale_;
  static constexpr bool ordered = true;
  static double product(double a, double b) { return a * b; }
  static double accumulator(double value) {
    if constexpr (Layout::half_accumulator) return f16.decode(f16.encode(value));
    return static_cast<double>(static_cast<typename Layout::C>(value));
  }
};

using F16 = Format<Float<f16, 16>>;
using F16HalfAccumulator = Format<Float<f16, 16>, DenseHalf>;
using Bf16 = Format<Float<bf16, 16>>;
/// tf32 is the upper 19 bits of an f32.
using Tf32Element = Float<tf32, 32, small_range, 13>;
using Tf32 = Format<Tf32Element>;
using F64 = Format<Double, F64M8N8K4>;
using F64Large = Format<Double, F64M16N8K16>;
using S8 = Format<Signed<8, s8_range>, DenseInt>;
using S4 = Format<Signed<4, s4_range>, DenseInt>;
using B1And = Format<Bit, Bits>;
struct B1Xor : Format<Bit, Bits> {
  static double product(double a, double b) { return a != b ? 1 : 0; }
};

using E4m3 = Format<Float<e4m3, 8>>;
using E5m2 = Format<Float<e5m2, 8>>;
using E4m3HalfAccumulator = Format<Float<e4m3, 8>, DenseHalf>;
using E5m2HalfAccumulator = Format<Float<e5m2, 8>, DenseHalf>;

// kind::f8f6f4: a 6-bit element has two zero bits above it, a 4-bit element two above and two
// below.
using E2m1Element = Float<e2m1, 8, fp4_range, 2>;
using E3m2InByte = Format<Float<e3m2, 8, fp6_range>>;
using E2m3InByte = Format<Float<e2m3, 8, fp6_range>>;
using E2m1InByte = Format<E2m1Element>;
using E4m3TimesE2m1 = Format<Float<e4m3, 8>, Dense, NoScale, E2m1Element>;

using MxE4m3 = Format<Float<e4m3, 8, scaled_fp8_range>, DenseScaled, Ue8m0<1>>;
/// Packed e2m1.
using Mxf4 = Format<Float<e2m1, 4, scaled_fp4_range>, DenseScaled, Ue8m0<2>>;
using Nvf4 = Format<Float<e2m1, 4, scaled_fp4_range>, DenseScaled, Ue4m3<4>>;

using SparseF16 = Format<Float<f16, 16>, Sparse>;
struct SparseF16Unordered : Format<Float<f16, 16>, SparseUnordered> {
  static constexpr bool ordered = false;
};
using SparseBf16 = Format<Float<bf16, 16>, Sparse>;
using SparseTf32 = Format<Tf32Element, Sparse>;
using SparseS8 = Format<Signed<8, s8_range>, SparseInt>;
using SparseE4m3 = Format<Float<e4m3, 8>, SparseBytes>;
using SparseE2m1 = Format<E2m1Element, SparseBytes>;
using SparseMxE4m3 = Format<Float<e4m3, 8, scaled_fp8_range>, SparseScaled, Ue8m0<1>>;
using SparseNvf4 = Format<Float<e2m1, 4, scaled_fp4_range>, SparseScaled, Ue4m3<4>>;

}  // namespace bp::mma
