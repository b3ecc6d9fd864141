#include "kernels/reference/indexer_prepare.h"

#include <bit>
#include <cmath>
#include <stdexcept>

#include "kernels/reference/bf16.h"

namespace bp {

IndexerRow rotate_indexer_row(std::span<const std::uint16_t> row, std::span<const float> cos_sin,
                              bool interleaved) {
  if (row.size() != 128 || cos_sin.size() != 64) {
    throw std::out_of_range("indexer: a row has 128 components and 32 angles");
  }
  IndexerRow x;
  for (std::size_t d = 0; d < 128; ++d) x[d] = static_cast<double>(from_bf16(row[d]));
  for (std::size_t pair = 0; pair < 32; ++pair) {
    double& a = x[interleaved ? 2 * pair : pair];
    double& b = x[interleaved ? 2 * pair + 1 : pair + 32];
    const auto cosine = static_cast<double>(cos_sin[pair]);
    const auto sine = static_cast<double>(cos_sin[32 + pair]);
    const double turned = a * cosine - b * sine;
    b = a * sine + b * cosine;
    a = turned;
  }
  IndexerRow rotated;
  for (std::size_t i = 0; i < 128; ++i) {
    double sum = 0;
    for (std::size_t j = 0; j < 128; ++j) sum += std::popcount(i & j) % 2 == 0 ? x[j] : -x[j];
    rotated[i] = sum / std::sqrt(128.0);
  }
  return rotated;
}

double indexer_row_scale(const IndexerRow& rotated, bool power_of_two) {
  double largest = 1e-4;
  for (const double x : rotated) largest = std::fmax(largest, std::fabs(x));
  const double scale = largest / 448;
  return power_of_two ? std::exp2(std::ceil(std::log2(scale))) : scale;
}

}  // namespace bp
