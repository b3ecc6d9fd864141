// What the host halves of the wgmma probes share: inputs, reference and planted fault of
// D (64 x 64) = A B for any element format and form of the operands, and the description itself.
#pragma once

#include <algorithm>
#include <array>
#include <vector>

#include "probes/features/host.h"
#include "probes/features/mma_sync_elements.h"
#include "probes/features/wgmma_shape.h"

namespace bp::wgmma {

using F16 = mma::Float<f16, 16>;
using Bf16 = mma::Float<bf16, 16>;
/// tf32 is the upper 19 bits of an f32.
using Tf32 = mma::Float<tf32, 32, mma::small_range, 13>;
using E4m3 = mma::Float<e4m3, 8>;
using E5m2 = mma::Float<e5m2, 8>;
using S8 = mma::Signed<8, mma::s8_range>;
/// The product of two bits is their conjunction.
using B1 = mma::Bit;

/// Container `index` of an array of them, from low to high bits.
template <unsigned bits>
std::uint32_t container(std::span<const std::uint8_t> bytes, std::size_t index) {
  if constexpr (bits == 32) {
    return load<std::uint32_t>(bytes, index);
  } else if constexpr (bits == 16) {
    return load<std::uint16_t>(bytes, index);
  } else {
    return bytes[index * bits / 8] >> (index * bits % 8) & ((1u << bits) - 1);
  }
}
template <unsigned bits>
void set_container(std::span<std::uint8_t> bytes, std::size_t index, std::uint32_t value) {
  if constexpr (bits == 32) {
    store<std::uint32_t>(bytes, index, value);
  } else if constexpr (bits == 16) {
    store<std::uint16_t>(bytes, index, static_cast<std::uint16_t>(value));
  } else {
    const unsigned shift = index * bits % 8;
    const unsigned mask = ((1u << bits) - 1) << shift;
    auto& byte = bytes[index * bits / 8];
    byte = static_cast<std::uint8_t>((byte & ~mask) | (value << shift & mask));
  }
}

template <typename Number>
double number(std::span<const std::uint8_t> bytes, std::size_t index) {
  return Number::decode(container<Number::bits>(bytes, index));
}
template <typename Number>
void set_number(std::span<std::uint8_t> bytes, std::size_t index, double value) {
  set_container<Number::bits>(bytes, index, static_cast<std::uint32_t>(Number::encode(value)));
}

// --- forms of the operands: `elements` of A and B stored one after the other, then perhaps more;
// `decode` gives A row-major (rows x depth) and B row-major (depth x columns). `passes`: how often
// the product is added up.

/// A (rows x depth), then B transposed (columns x depth).
template <typename Number_, unsigned line_bytes>
struct KMajor {
  using Number = Number_;
  static constexpr unsigned depth = line_bytes * 8 / Number::bits;
  static constexpr unsigned depth_of_instruction = instruction_bytes * 8 / Number::bits;
  static constexpr unsigned elements = (rows + columns) * depth;
  static constexpr std::size_t input_bytes = std::size_t{rows + columns} * line_bytes;
  static constexpr unsigned fault_at = (rows - 27) * depth + depth - 3;
  static void fill_rest(std::span<std::uint8_t>, Random&) {}
  static void decode(std::span<const std::uint8_t> in, std::span<double> a, std::span<double> b) {
    for (unsigned i = 0; i < rows * depth; ++i) a[i] = number<Number>(in, i);
    for (unsigned n = 0; n < columns; ++n)
      for (unsigned k = 0; k < depth; ++k)
        b[k * columns + n] = number<Number>(in, (rows + n) * depth + k);
  }
};

/// A transposed (depth x rows), then B (depth x columns), of 16-bit elements.
template <typename Number_>
struct MnMajor {
  using Number = Number_;
  static constexpr unsigned depth = 64, depth_of_instruction = 16;
  static constexpr unsigned elements = (rows + columns) * depth;
  static constexpr std::size_t input_bytes = std::size_t{elements} * 2;
  static constexpr unsigned fault_at = (depth - 3) * rows + rows - 27;
  static void fill_rest(std::span<std::uint8_t>, Random&) {}
  static void decode(std::span<const std::uint8_t> in, std::span<double> a, std::span<double> b) {
    for (unsigned k = 0; k < depth; ++k)
      for (unsigned m = 0; m < rows; ++m) a[m * depth + k] = number<Number>(in, k * rows + m);
    for (unsigned i = 0; i < depth * columns; ++i) b[i] = number<Number>(in, rows * depth + i);
  }
};

/// A compressed (rows x depth / 2), B transposed, then four bits of metadata for each chunk of A.
template <typename Number_>
struct Sparse {
  using Number = Number_;
  static constexpr unsigned bits = Number::bits;
  static constexpr unsigned depth = sparse_b_bytes * 8 / bits;
  static constexpr unsigned depth_of_instruction = depth / sparse_steps;
  static constexpr unsigned stored = depth / 2;          // of a row of A
  static constexpr unsigned chunk = bits == 32 ? 2 : 4;  // elements, half of which are stored
  static constexpr unsigned chunks = rows * depth / chunk;
  static constexpr unsigned elements = rows * stored + columns * depth;
  static constexpr std::size_t metadata_at = std::size_t{elements} * bits / 8;
  static constexpr std::size_t input_bytes = metadata_at + chunks / 2;
  static constexpr unsigned fault_at = (rows - 27) * stored + stored - 3;

  static void fill_rest(std::span<std::uint8_t> in, Random& values) {
    // Positions of the stored elements, the first in the lower two bits. tf32: of halves of its
    // one.
    constexpr auto pairs = std::to_array<std::uint8_t>({0x4, 0x8, 0xc, 0x9, 0xd, 0xe});
    constexpr auto halves = std::to_array<std::uint8_t>({0x4, 0xe});
    for (unsigned i = 0; i < chunks; ++i) {
      const auto code = chunk == 2 ? halves[static_cast<std::size_t>(values.between(0, 1))]
                                   : pairs[static_cast<std::size_t>(values.between(0, 5))];
      set_container<4>(in.subspan(metadata_at), i, code);
    }
  }
  static void decode(std::span<const std::uint8_t> in, std::span<double> a, std::span<double> b) {
    std::ranges::fill(a, 0.0);
    for (unsigned i = 0; i < chunks; ++i) {
      const auto code = container<4>(in.subspan(metadata_at), i);
      const auto first = std::size_t{i} * chunk;
      if constexpr (chunk == 2) {
        a[first + code / 8] = number<Number>(in, i);
      } else {
        a[first + code % 4] = number<Number>(in, std::size_t{i} * 2);
        a[first + code / 4] = number<Number>(in, std::size_t{i} * 2 + 1);
      }
    }
    for (unsigned n = 0; n < columns; ++n)
      for (unsigned k = 0; k < depth; ++k)
        b[k * columns + n] = number<Number>(in, rows * stored + n * depth + k);
  }
};

// --- inputs, reference and fault
// ---------------------------------------------------------------------------

template <typename Operands, unsigned passes>
struct Gemm {
  using Number = typename Operands::Number;
  static constexpr std::size_t outputs = std::size_t{rows} * columns;
  static constexpr std::uint64_t operations =
      std::uint64_t{2} * rows * columns * Operands::depth * passes;

  /// Integers up to 4 (s8: 100), of which every sum of the float formats is an integer up to 2^12
  /// and usually below 2^9: accumulators of any width keep them exactly. They follow no pattern, so
  /// that any exchange of rows, columns or chunks shows.
  static void exact(std::span<std::uint8_t> in) {
    Random values(0x6d6d61);
    fill(in, values, [&] { return Number::exact(values); });
  }
  static void random(std::span<std::uint8_t> in, std::uint64_t seed) {
    Random values(seed);
    fill(in, values, [&] { return Number::random(values); });
  }
  static void reference(std::span<const std::uint8_t> in, std::span<double> out) {
    constexpr unsigned depth = Operands::depth;
    std::vector<double> a(std::size_t{rows} * depth), b(std::size_t{depth} * columns);
    Operands::decode(in, a, b);
    std::ranges::fill(out, 0.0);
    // Along the columns in the innermost loop: their sums do not wait for each other.
    for (unsigned m = 0; m < rows; ++m) {
      double* d = &out[std::size_t{m} * columns];
      for (unsigned k = 0; k < depth; ++k) {
        const double factor = a[std::size_t{m} * depth + k] * passes;
        for (unsigned n = 0; n < columns; ++n) d[n] += factor * b[std::size_t{k} * columns + n];
      }
    }
  }
  /// An element in the last k-step of a row that is not in the first warp's part jumps to the
  /// largest value of the other sign.
  static void corrupt(std::span<std::uint8_t> in) {
    set_number<Number>(in, Operands::fault_at,
                       Number::fault(number<Number>(in, Operands::fault_at)));
  }

 private:
  template <typename Next>
  static void fill(std::span<std::uint8_t> in, Random& values, Next next) {
    for (unsigned i = 0; i < Operands::elements; ++i) set_number<Number>(in, i, next());
    Operands::fill_rest(in, values);
  }
};

// --- the description
// ---------------------------------------------------------------------------------------

/// The opcodes of a probe: its own, and those around every wgmma.
template <typename... Opcodes>
constexpr auto instructions(Opcodes... own) {
  return std::array<std::string_view, sizeof...(own) + 4>{
      own...,
      "wgmma.fence.sync.aligned",
      "wgmma.commit_group.sync.aligned",
      "wgmma.wait_group.sync.aligned",
      "fence.proxy.async.shared::cta",
  };
}

/// What differs between the probes, but for the operands.
struct Description {
  std::string_view feature, entry;
  std::string_view rate_entry = {};  // empty: no clocked loop
  std::span<const std::string_view> instructions, native_sass;
  PtxVersion ptx{8, 0};
  Element element = Element::f32;
  Tolerance tolerance = {};
};

template <typename Operands, unsigned passes = 1>
constexpr InstructionProbe describe(const Description& d) {
  using Product = Gemm<Operands, passes>;
  constexpr std::uint64_t clocked_operations = std::uint64_t{2} * rows * rate_columns *
                                               Operands::depth_of_instruction * rate_unroll *
                                               rate_iterations * rate_warpgroups;
  std::optional<Rate> rate;
  if (!d.rate_entry.empty())
    rate = Rate{
        .entry = d.rate_entry,
        .launch = {.grid = {1}, .block = {rate_threads}},
        .operations_per_block = clocked_operations,
        .input_bytes = Operands::input_bytes,
        .instructions_per_block = std::uint64_t{rate_unroll} * rate_iterations * rate_warpgroups};
  return {
      .feature = d.feature,
      .entry = d.entry,
      .instructions = d.instructions,
      .needs = {},
      .ptx = d.ptx,
      .operations = Product::operations,
      .launch = {.grid = {1}, .block = {threads}},
      .input_bytes = Operands::input_bytes,
      .element = d.element,
      .outputs = Product::outputs,
      .scratch_bytes = 0,
      .tensor_map = std::nullopt,
      .exact = &Product::exact,
      .random = &Product::random,
      .reference = &Product::reference,
      .fault = {.what = "one element of A is replaced", .corrupt = &Product::corrupt},
      .tolerance = d.tolerance,
      .native_sass = d.native_sass,
      .rate = rate,
      .native_test = std::nullopt,
      // Without it the accumulators stay 0.
      .neutralise = {.line_with = "wgmma.mma_async.", .replacement = ""},
      .neutralise_exception = {},
  };
}

}  // namespace bp::wgmma
