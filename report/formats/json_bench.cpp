#include "report/formats/json_bench.h"

#include <cmath>
#include <nlohmann/json.hpp>

#include "probes/registry/json_read.h"
#include "report/evaluate/bench.h"

namespace bp {

namespace {

/// Four digits: a measurement has no more.
Json rounded(const std::optional<double>& value) {
  if (!value || !std::isfinite(*value)) return nullptr;
  if (*value == 0) return 0.0;
  const double scale = std::pow(10, 3 - std::floor(std::log10(std::abs(*value))));
  return std::round(*value * scale) / scale;
}

Json with_shares(const BenchReport& bench, const BenchRow& row) {
  Json json = encode(row);
  const BenchShares shares = shares_of(bench, row);
  json["bytes_per_second"] = rounded(shares.bytes_per_second);
  json["operations_per_second"] = rounded(shares.operations_per_second);
  json["share_of_copy"] = rounded(shares.of_copy);
  json["share_of_rate"] = rounded(shares.of_rate);
  json["share_of_cublas"] = rounded(shares.of_cublas);
  json["bound"] = shares.bound ? Json(to_string(*shares.bound)) : Json(nullptr);
  json["share_of_roofline"] = rounded(shares.of_roofline);
  const std::optional<Fallback> fallback = fallback_of(bench, row);
  json["fallback_from"] = fallback ? Json(fallback->from) : Json(nullptr);
  json["fallback_times"] = rounded(fallback ? std::optional(fallback->times) : std::nullopt);
  return json;
}

}  // namespace

Json encode(const BenchReport& bench) {
  Json yardsticks = Json::array();
  for (const BenchYardstick& yardstick : bench.yardsticks) yardsticks.push_back(encode(yardstick));
  Json rows = Json::array();
  for (const BenchRow& row : bench.rows) rows.push_back(with_shares(bench, row));
  return {{"yardsticks", std::move(yardsticks)}, {"rows", std::move(rows)}};
}

BenchReport decode_bench(const Json& json) {
  return {json_read::list(json, "yardsticks", decode_bench_yardstick),
          json_read::list(json, "rows", decode_bench_row)};
}

}  // namespace bp
