// tma.load.im2col: two columns of 32 pixels of a 4-D tensor (channels, width, height, image) as an
// implicit GEMM of a 3x3 convolution loads them: base pixels from one before the first of a row to
// one before the last, each moved by its place in the filter. About the .shared::cluster
// destination see tma_load.cu.
#ifdef __CUDACC__
#include "probes/features/bulk_device.cuh"
#include "probes/ptx/tma.cuh"

BP_ENTRY(tma_load_im2col_columns) {
  using namespace bp::ptx;
  constexpr unsigned columns = 2, words = 32 * 8;
  __shared__ alignas(128) unsigned tile[columns * words];
  __shared__ alignas(8) unsigned long long full;
  // What an earlier launch left must not pass for a result.
  for (unsigned i = threadIdx.x; i < columns * words; i += blockDim.x) tile[i] = poison;
  start_barrier(&full);
  if (threadIdx.x == 0) {
    mbarrier_arrive_expect_tx(&full, sizeof tile);
#pragma unroll 1
    for (unsigned column = 0; column < columns; ++column) {
      const int* at = reinterpret_cast<const int*>(in) + 6 * column;
      tma_load_im2col(shared_address(tile + column * words), &tensor_map, at,
                      static_cast<unsigned short>(at[4]), static_cast<unsigned short>(at[5]),
                      shared_address(&full));
    }
  }
  __syncwarp();
  const bool in_time = wait_bounded(&full, 0);
  write_out(out, tile, columns * words, in_time);
}

#else
#include "probes/features/words.h"

namespace bp {
namespace {

// The tensor, and what is loaded of it.
constexpr int channels = 16, width = 7, height = 6, images = 3;
constexpr int loaded_channels = 8, pixels = 32;
// A padding of one pixel and a filter of 3x3: output pixels are as many as input pixels.
constexpr int lower = -1, upper = -1;
constexpr int columns = 2;
constexpr std::size_t header = 32;  // words: for each column c, w, h, n and the place in the filter
constexpr std::size_t tensor_words = std::size_t{channels} * width * height * images;
constexpr TensorMap map{.type = TensorMap::Type::u32,
                        .rank = 4,
                        .dims = {channels, width, height, images},
                        .strides = {channels * 4, channels* width * 4, channels* width* height * 4},
                        .offset = header * sizeof(std::uint32_t),
                        .im2col = TensorMap::Im2col{.lower = {lower, lower},
                                                    .upper = {upper, upper},
                                                    .channels = loaded_channels,
                                                    .pixels = pixels}};
constexpr std::array<std::string_view, 1> own{
    "cp.async.bulk.tensor.4d.shared::cluster.global.im2col.mbarrier::complete_tx::bytes"};
constexpr auto instructions = words::joined(own, words::barrier, words::expect_tx);
constexpr std::string_view needs[] = {"tma.load"};
constexpr std::string_view native_sass[] = {"UTMALDG.4D.IM2COL"};

struct Column {
  std::int32_t c, w, h, n, right, down;
};

void place(std::span<std::uint8_t> in, const std::array<Column, columns>& chosen) {
  for (std::size_t i = 0; i < header; ++i) store<std::uint32_t>(in, i, 0);
  std::memcpy(in.data(), chosen.data(), sizeof chosen);
}

void exact(std::span<std::uint8_t> in) {
  words::exact(in);
  place(in, {{{0, -1, -1, 0, 0, 1}, {8, 2, 3, 1, 2, 0}}});
}

/// The last 32 base pixels of an image may follow in the next one: the first image is not the last.
void random(std::span<std::uint8_t> in, std::uint64_t seed) {
  words::random(in, seed);
  Random values(seed);
  std::array<Column, columns> chosen{};
  for (auto& column : chosen) {
    column = {4 * values.between(0, 2),
              values.between(lower, width - 1 + upper),
              values.between(lower, height - 1 + upper),
              values.between(0, images - 2),
              values.between(0, 2),
              values.between(0, 2)};
  }
  place(in, chosen);
}

/// Calls visit(output word, word of the input, or nothing outside the tensor). PTX ISA 9.0, 5.5.5
/// "Im2col mode": the base pixels are walked row by row within the bounding box, then through the
/// next images; the offsets are added to each.
template <typename Visit>
void walk(std::span<const std::uint8_t> in, Visit visit) {
  for (std::size_t column = 0; column < columns; ++column) {
    Column at;
    std::memcpy(&at, in.data() + column * sizeof at, sizeof at);
    for (int pixel = 0; pixel < pixels; ++pixel) {
      const int w = at.w + at.right, h = at.h + at.down;
      const bool inside = w >= 0 && w < width && h >= 0 && h < height && at.n < images;
      for (int c = 0; c < loaded_channels; ++c) {
        const auto word = static_cast<std::size_t>(pixel * loaded_channels + c);
        const int from = ((at.n * height + h) * width + w) * channels + at.c + c;
        visit(column * pixels * loaded_channels + word,
              inside ? std::optional(header + static_cast<std::size_t>(from)) : std::nullopt);
      }
      if (++at.w <= width - 1 + upper) continue;
      at.w = lower;
      if (++at.h <= height - 1 + upper) continue;
      at.h = lower;
      ++at.n;
    }
  }
}

void reference(std::span<const std::uint8_t> in, std::span<double> out) {
  walk(in, [&](std::size_t word, std::optional<std::size_t> from) {
    out[word] = from ? load<std::uint32_t>(in, *from) : 0.0;
  });
}

/// The last word loaded from inside the tensor.
void corrupt(std::span<std::uint8_t> in) {
  std::size_t last = 0;
  walk(in, [&](std::size_t, std::optional<std::size_t> from) { last = from.value_or(last); });
  store<std::uint32_t>(in, last, load<std::uint32_t>(in, last) ^ 0x10100u);
}

}  // namespace

extern const InstructionProbe tma_load_im2col_probe = words::describe({
    .feature = "tma.load.im2col",
    .entry = "tma_load_im2col_columns",
    .instructions = instructions,
    .needs = needs,
    .launch = {.grid = {1}, .block = {128}},
    .inputs = header + tensor_words,
    .outputs = std::size_t{columns} * pixels * loaded_channels,
    .tensor_map = map,
    .exact = &exact,
    .random = &random,
    .reference = &reference,
    .fault = {.what = "a word of the second column gets another value", .corrupt = &corrupt},
    .native_sass = native_sass,
    // Without it nothing completes on the barrier, and the wait ends by the clock.
    .neutralise = {.line_with = "cp.async.bulk.tensor.4d.", .replacement = {}},
});

}  // namespace bp
#endif
