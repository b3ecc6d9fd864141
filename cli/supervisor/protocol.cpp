#include "cli/supervisor/protocol.h"

#include <nlohmann/json.hpp>

#include "probes/registry/codec_bench.h"

namespace bp {
namespace {

template <typename... F>
struct Overloaded : F... {
  using F::operator()...;
};
template <typename... F>
Overloaded(F...) -> Overloaded<F...>;

// A device name or a driver's message may hold bytes that are not UTF-8: they are replaced, never
// thrown at.
std::string dump(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

const Json& member(const Json& json, const char* key) {
  const auto found = json.find(key);
  if (found == json.end()) throw DecodeError(std::string("\"") + key + "\" is missing");
  return *found;
}

std::string text(const Json& json, const char* key) {
  const Json& value = member(json, key);
  if (!value.is_string()) throw DecodeError(std::string("\"") + key + "\" is not a string");
  return value.get<std::string>();
}

bool flag(const Json& json, const char* key) {
  const Json& value = member(json, key);
  if (!value.is_boolean()) throw DecodeError(std::string("\"") + key + "\" is not true or false");
  return value.get<bool>();
}

std::uint64_t whole(const Json& json, const char* key, std::uint64_t largest) {
  const Json& value = member(json, key);
  if (!value.is_number_unsigned() || value.get<std::uint64_t>() > largest) {
    throw DecodeError(std::string("\"") + key + "\" is not a number in its range");
  }
  return value.get<std::uint64_t>();
}

double seconds(const Json& json, const char* key) {
  const Json& value = member(json, key);
  if (!value.is_number() || !(value.get<double>() > 0) || value.get<double>() > 1e6)
    throw DecodeError(std::string("\"") + key + "\" is not a number of seconds");
  return value.get<double>();
}

const Json& array(const Json& json, const char* key) {
  const Json& value = member(json, key);
  if (!value.is_array()) throw DecodeError(std::string("\"") + key + "\" is not an array");
  return value;
}

std::vector<std::string> texts(const Json& json, const char* key) {
  std::vector<std::string> all;
  for (const Json& value : array(json, key)) {
    if (!value.is_string())
      throw DecodeError(std::string("\"") + key + "\" holds what is no string");
    all.push_back(value.get<std::string>());
  }
  return all;
}

/// The line as an object, and the word under `key` that says what it is.
std::pair<Json, std::string> parse(std::string_view line, const char* key) {
  if (line.size() > longest_line) throw DecodeError("the line is too long");
  Json json = Json::parse(line, nullptr, /*allow_exceptions=*/false);
  if (json.is_discarded() || !json.is_object()) throw DecodeError("the line is not a JSON object");
  std::string word = text(json, key);
  return {std::move(json), std::move(word)};
}

Json encode_nvml(const NvmlAnswer& answer) {
  Json gpus = Json::array();
  for (const auto& gpu : answer.gpus) {
    Json facts = Json::array();
    for (const Fact& fact : gpu.facts) facts.push_back(encode(fact));
    gpus.push_back({{"uuid", gpu.uuid}, {"facts", std::move(facts)}});
  }
  return {{"is", "nvml"},
          {"driver_version", answer.driver_version},
          {"problem", answer.problem ? encode(*answer.problem) : Json(nullptr)},
          {"gpus", std::move(gpus)}};
}

NvmlAnswer decode_nvml(const Json& json) {
  NvmlAnswer answer{text(json, "driver_version"), std::nullopt, {}};
  if (const Json& problem = member(json, "problem"); !problem.is_null()) {
    answer.problem = decode_reason(problem);
  }
  for (const Json& gpu : array(json, "gpus")) {
    if (!gpu.is_object()) throw DecodeError("a GPU is not an object");
    NvmlAnswer::PerGpu facts{text(gpu, "uuid"), {}};
    for (const Json& fact : array(gpu, "facts")) facts.facts.push_back(decode_fact(fact));
    answer.gpus.push_back(std::move(facts));
  }
  return answer;
}

}  // namespace

std::string encode_line(const Request& request) {
  return dump(std::visit(
      Overloaded{
          [](const OpenRequest& r) {
            return Json{
                {"do", "open"},       {"libcuda", r.libcuda},
                {"seed", r.seed},     {"gpu", static_cast<std::uint64_t>(r.gpu)},
                {"serial", r.serial}, {"timeout_ms", static_cast<std::uint64_t>(r.timeout.count())},
                {"lazy", r.lazy}};
          },
          [](const EnumerateRequest&) {
            return Json{{"do", "enumerate"}};
          },
          [](const FeaturesRequest& r) {
            return Json{{"do", "features"}, {"ids", r.ids}, {"quick", r.quick}, {"rates", r.rates}};
          },
          [](const KernelRequest& r) {
            return Json{{"do", "kernel"}, {"id", r.id}, {"timed", r.timed}};
          },
          [](const SurveyRequest& r) {
            return Json{{"do", "survey"}, {"id", r.id}, {"gpus", r.gpus}, {"features", r.features}};
          },
          [](const BenchRequest& r) {
            return Json{{"do", "bench"},      {"item", r.item},
                        {"kernel", r.kernel}, {"shape", r.shape},
                        {"tuning", r.tuning}, {"yardstick", r.yardstick},
                        {"warm", r.warm},     {"least_seconds", r.least_seconds}};
          },
          [](const NvmlRequest&) {
            return Json{{"do", "nvml"}};
          },
          [](const QuitRequest&) {
            return Json{{"do", "quit"}};
          },
      },
      request));
}

Request decode_request(std::string_view line) {
  const auto [json, word] = parse(line, "do");
  if (word == "open") {
    return OpenRequest{text(json, "libcuda"),
                       whole(json, "seed", UINT64_MAX),
                       static_cast<int>(whole(json, "gpu", 4096)),
                       flag(json, "serial"),
                       std::chrono::milliseconds(whole(json, "timeout_ms", 1'000'000'000)),
                       flag(json, "lazy")};
  }
  if (word == "enumerate") return EnumerateRequest{};
  if (word == "features") {
    FeaturesRequest request;
    request.ids = texts(json, "ids");
    request.quick = flag(json, "quick");
    request.rates = flag(json, "rates");
    return request;
  }
  if (word == "kernel") return KernelRequest{text(json, "id"), flag(json, "timed")};
  if (word == "survey") {
    SurveyRequest request{text(json, "id"), {}, texts(json, "features")};
    for (const Json& gpu : array(json, "gpus")) {
      if (!gpu.is_number_unsigned() || gpu.get<std::uint64_t>() > 4096)
        throw DecodeError("\"gpus\" holds what is no ordinal");
      request.gpus.push_back(gpu.get<int>());
    }
    if (request.gpus.size() > 2) throw DecodeError("a survey is about two GPUs at most");
    return request;
  }
  if (word == "bench") {
    return BenchRequest{text(json, "item"),
                        text(json, "kernel"),
                        text(json, "shape"),
                        text(json, "tuning"),
                        text(json, "yardstick"),
                        flag(json, "warm"),
                        seconds(json, "least_seconds")};
  }
  if (word == "nvml") return NvmlRequest{};
  if (word == "quit") return QuitRequest{};
  throw DecodeError("unknown request \"" + word + "\"");
}

std::string encode_line(const Answer& answer) {
  return dump(std::visit(
      Overloaded{
          [](const StartedAnswer& a) {
            return Json{{"is", "started"}, {"item", a.item}};
          },
          [](const FeatureResult& a) {
            return Json{{"is", "feature"}, {"result", encode(a)}};
          },
          [](const KernelResult& a) {
            return Json{{"is", "kernel"}, {"result", encode(a)}};
          },
          [](const SurveyResult& a) {
            return Json{{"is", "survey"}, {"result", encode(a)}};
          },
          [](const DriverFacts& a) {
            return Json{{"is", "driver"}, {"driver", encode(a)}};
          },
          [](const NvmlAnswer& a) { return encode_nvml(a); },
          [](const UnusableAnswer& a) {
            return Json{{"is", "unusable"}, {"reason", encode(a.reason)}};
          },
          [](const CountedAnswer& a) {
            return Json{
                {"is", "counted"}, {"feature", a.feature}, {"evidence", encode(a.evidence)}};
          },
          [](const BenchRow& a) {
            return Json{{"is", "bench_row"}, {"row", encode(a)}};
          },
          [](const YardstickAnswer& a) {
            return Json{{"is", "yardstick"}, {"item", a.item}, {"yardstick", encode(a.yardstick)}};
          },
          [](const DoneAnswer& a) {
            return Json{{"is", "done"}, {"poisoned", a.poisoned}};
          },
      },
      answer));
}

Answer decode_answer(std::string_view line) {
  const auto [json, word] = parse(line, "is");
  if (word == "started") return StartedAnswer{text(json, "item")};
  if (word == "feature") return decode_feature_result(member(json, "result"));
  if (word == "kernel") return decode_kernel_result(member(json, "result"));
  if (word == "survey") return decode_survey_result(member(json, "result"));
  if (word == "driver") return decode_driver_facts(member(json, "driver"));
  if (word == "nvml") return decode_nvml(json);
  if (word == "unusable") return UnusableAnswer{decode_reason(member(json, "reason"))};
  if (word == "counted")
    return CountedAnswer{text(json, "feature"), decode_evidence(member(json, "evidence"))};
  if (word == "bench_row") return decode_bench_row(member(json, "row"));
  if (word == "yardstick")
    return YardstickAnswer{text(json, "item"), decode_bench_yardstick(member(json, "yardstick"))};
  if (word == "done") return DoneAnswer{flag(json, "poisoned")};
  throw DecodeError("unknown answer \"" + word + "\"");
}

}  // namespace bp
