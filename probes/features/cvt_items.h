// Items of the cvt probes, for both halves.
#pragma once

namespace bp::cvt {

// Conversions from f16x2: all 65536 values, two words of two values an item; then some of them
// with .relu.
inline constexpr unsigned all_items = 16384;
inline constexpr unsigned relu_items = 1024;
// Conversions from f32: two values an item.
inline constexpr unsigned f32_items = 2048;

// Conversions to ue8m0x2: two f32, or two words of two bf16, an item.
inline constexpr unsigned scale_f32_items = 512;
inline constexpr unsigned scale_bf16_items = 512;

}  // namespace bp::cvt
