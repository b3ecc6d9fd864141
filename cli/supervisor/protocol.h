// What the front process and a worker say to each other: one line of JSON each way. Requests go to
// the worker's standard input, answers come back on a pipe of their own (`result_fd`), so that
// libraries that print cannot disturb them. Whatever a worker sends is untrusted: it may be the
// output of a crash.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "probes/registry/bench.h"
#include "probes/registry/codec.h"
#include "probes/registry/evidence.h"
#include "probes/registry/facts.h"
#include "probes/registry/survey.h"

namespace bp {

/// Descriptor of the worker's end of the answer pipe.
inline constexpr int result_fd = 3;
/// A longer line is garbage. An assembler's log of 500 refusals is about 150 kB.
inline constexpr std::size_t longest_line = std::size_t{4} << 20;

// --- requests
// ---------------------------------------------------------------------------------------------

/// First request of every worker: how it is to work.
struct OpenRequest {
  std::string libcuda;
  std::uint64_t seed = 1;
  int gpu = 0;          // CUDA ordinal that this worker keeps
  bool serial = false;  // one item in flight at a time
  std::chrono::milliseconds timeout{10000};
  bool lazy = false;  // EngineOptions of the engine
  bool operator==(const OpenRequest&) const = default;
};
/// Answered twice: by what was loaded, before cuInit, then by all.
struct EnumerateRequest {
  bool operator==(const EnumerateRequest&) const = default;
};
struct FeaturesRequest {
  std::vector<std::string> ids;
  bool quick = false;  // FeatureOptions of the engine
  bool rates = false;
  bool operator==(const FeaturesRequest&) const = default;
};
struct KernelRequest {
  std::string id;
  bool timed = false;  // Kernel::time as well
  bool operator==(const KernelRequest&) const = default;
};
/// `gpus`: ordinals of one GPU or of a pair; none for the host. `features`: ids of what
/// counters_survey counts; none for the others.
struct SurveyRequest {
  std::string id;
  std::vector<int> gpus;
  std::vector<std::string> features{};
  bool operator==(const SurveyRequest&) const = default;
};
/// A row of `bench`, or a yardstick where `kernel` is empty.
struct BenchRequest {
  std::string item{};
  std::string kernel{};
  std::string shape{};
  std::string tuning{};
  std::string yardstick{};
  bool warm = false;
  double least_seconds = 0.1;
  bool operator==(const BenchRequest&) const = default;
};
struct NvmlRequest {
  bool operator==(const NvmlRequest&) const = default;
};
/// The worker runs its exit handlers (a profiler or sanitizer writes its summary there). Without
/// this request the end of input makes it leave at once.
struct QuitRequest {
  bool operator==(const QuitRequest&) const = default;
};
using Request = std::variant<OpenRequest, EnumerateRequest, FeaturesRequest, KernelRequest,
                             SurveyRequest, BenchRequest, NvmlRequest, QuitRequest>;

// --- answers
// ----------------------------------------------------------------------------------------------

struct StartedAnswer {
  std::string item;
  bool operator==(const StartedAnswer&) const = default;
};
/// The GPU of this worker cannot be opened; the reason holds for all its items.
struct UnusableAnswer {
  Reason reason;
  bool operator==(const UnusableAnswer&) const = default;
};
struct NvmlAnswer {
  struct PerGpu {
    std::string uuid;
    std::vector<Fact> facts;
    bool operator==(const PerGpu&) const = default;
  };
  std::string driver_version;
  std::optional<Reason> problem;
  std::vector<PerGpu> gpus;
  bool operator==(const NvmlAnswer&) const = default;
};
/// What hardware counters showed of one feature of the request.
struct CountedAnswer {
  std::string feature;
  Evidence evidence;
  bool operator==(const CountedAnswer&) const = default;
};
/// The item says which of its measurements it is.
struct YardstickAnswer {
  std::string item;
  BenchYardstick yardstick;
  bool operator==(const YardstickAnswer&) const = default;
};
/// End of one request. `poisoned`: a sticky error; the worker must be replaced.
struct DoneAnswer {
  bool poisoned = false;
  bool operator==(const DoneAnswer&) const = default;
};
using Answer =
    std::variant<StartedAnswer, FeatureResult, KernelResult, SurveyResult, DriverFacts, NvmlAnswer,
                 UnusableAnswer, CountedAnswer, BenchRow, YardstickAnswer, DoneAnswer>;

/// One line without its newline.
std::string encode_line(const Request& request);
std::string encode_line(const Answer& answer);

/// Throw DecodeError on anything that is not exactly such a line.
Request decode_request(std::string_view line);
Answer decode_answer(std::string_view line);

}  // namespace bp
