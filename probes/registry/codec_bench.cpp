#include "probes/registry/codec_bench.h"

#include <nlohmann/json.hpp>

#include "probes/registry/json_read.h"

namespace bp {

using namespace json_read;

namespace bench_codec {
namespace {

Json null_or(const std::string& text) { return text.empty() ? Json(nullptr) : Json(text); }
Json null_or(const std::optional<double>& value) { return value ? Json(*value) : Json(nullptr); }
Json null_or(const std::optional<Reason>& reason) {
  return reason ? encode(*reason) : Json(nullptr);
}

std::optional<double> real_or_null(const Json& json, const char* key) {
  if (member(json, key).is_null()) return std::nullopt;
  return real(json, key);
}

std::optional<Reason> reason_or_null(const Json& json) {
  const Json& reason = member(json, "reason");
  if (reason.is_null()) return std::nullopt;
  return decode_reason(reason);
}

std::int64_t count(const Json& json, const char* key) {
  const Json& value = member(json, key);
  if (!value.is_number_integer() || value.get<std::int64_t>() < 0)
    throw DecodeError(std::string("\"") + key + "\" is not a count");
  return value.get<std::int64_t>();
}

double decode_number(const Json& json) {
  if (!json.is_number()) throw DecodeError("expected a number");
  return json.get<double>();
}

Json encode_time(const BenchTime& time) {
  return {{"median", time.median},
          {"least", time.least},
          {"most", time.most},
          {"iterations", time.iterations}};
}

BenchTime decode_time(const Json& json) {
  return {real(json, "median"), real(json, "least"), real(json, "most"), count(json, "iterations")};
}

Json encode_clocks(const BenchClocks& clocks) {
  return {{"samples", clocks.samples},
          {"throttled", clocks.throttled},
          {"reasons", clocks.reasons},
          {"sm_clock_least", null_or(clocks.sm_clock_least)},
          {"sm_clock_most", null_or(clocks.sm_clock_most)},
          {"absent", null_or(clocks.absent)}};
}

BenchClocks decode_clocks(const Json& json) {
  return {count(json, "samples"),
          count(json, "throttled"),
          list(json, "reasons", decode_line),
          real_or_null(json, "sm_clock_least"),
          real_or_null(json, "sm_clock_most"),
          text_or_null(json, "absent")};
}

}  // namespace
}  // namespace bench_codec

Json encode(const BenchRow& row) {
  using namespace bench_codec;
  return {{"kernel", row.kernel},
          {"operation", row.operation},
          {"path", row.path},
          {"shape", row.shape},
          {"tuning", row.tuning},
          {"status", to_string(row.status)},
          {"reason", null_or(row.reason)},
          {"image", null_or(row.image)},
          {"operations", row.operations},
          {"bytes", row.bytes},
          {"unit", null_or(row.unit)},
          {"l2", null_or(row.l2)},
          {"copies", row.copies},
          {"seconds", row.time ? encode_time(*row.time) : Json(nullptr)},
          {"clocks", encode_clocks(row.clocks)}};
}

BenchRow decode_bench_row(const Json& json) {
  using namespace bench_codec;
  BenchRow row{.kernel = text(json, "kernel"),
               .operation = text(json, "operation"),
               .path = text(json, "path"),
               .shape = text(json, "shape"),
               .tuning = text(json, "tuning"),
               .status = named(json, "status", parse_status),
               .reason = reason_or_null(json),
               .image = text_or_null(json, "image"),
               .operations = real(json, "operations"),
               .bytes = real(json, "bytes"),
               .unit = text_or_null(json, "unit"),
               .l2 = text_or_null(json, "l2"),
               .copies = count(json, "copies"),
               .clocks = decode_clocks(member(json, "clocks"))};
  if (const Json& seconds = member(json, "seconds"); !seconds.is_null())
    row.time = decode_time(seconds);
  return row;
}

Json encode(const BenchYardstick& yardstick) {
  using namespace bench_codec;
  return {{"id", yardstick.id},
          {"status", to_string(yardstick.status)},
          {"reason", null_or(yardstick.reason)},
          {"values", yardstick.values},
          {"unit", unit_of_yardstick(yardstick.id)},
          {"by", null_or(yardstick.by)},
          {"clocks", encode_clocks(yardstick.clocks)}};
}

BenchYardstick decode_bench_yardstick(const Json& json) {
  using namespace bench_codec;
  return {.id = text(json, "id"),
          .status = named(json, "status", parse_status),
          .reason = reason_or_null(json),
          .values = list(json, "values", decode_number),
          .by = text_or_null(json, "by"),
          .clocks = decode_clocks(member(json, "clocks"))};
}

}  // namespace bp
