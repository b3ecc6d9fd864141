// What a survey is, and what it works with. Each file of probes/sweeps and probes/facts holds one;
// its row is in probes/registry/surveys.cpp.
#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "probes/driver/outcome.h"
#include "probes/image/image.h"
#include "probes/registry/power.h"
#include "probes/registry/reason.h"
#include "probes/registry/survey.h"

namespace bp {

struct SurveyContext {
  const Driver& driver;
  const Gpu* gpu = nullptr;   // of one GPU; the first of a pair
  const Gpu* peer = nullptr;  // the second of a pair
  std::chrono::milliseconds timeout{10000};
  std::function<std::vector<Fact>()> nvml = {};  // NVML's facts of `gpu`; empty: not asked
  std::vector<std::string> injected_tools = {};  // not empty: what a clock measures is not valid
  /// Does `act` while NVML is asked for clocks and slowdowns of `gpu`; empty: nobody can be asked.
  std::function<PowerWindow(const std::function<void()>& act)> watch = {};
  /// What was watched in this process so far, and the present state as its last.
  std::function<std::vector<PowerWindow>()> watched = {};
};

/// Why there is no value: ends the making of one value, not the survey.
struct Absent {
  std::string why;
};

/// Ends the survey with a status that is no plain answer.
struct Stop {
  Status status;
  Reason reason;
};

class SurveyRun {
 public:
  SurveyRun(SurveyContext context, SurveyResult& result) : context_(context), result_(result) {}

  const Driver& driver() const { return context_.driver; }
  const DriverApi& api() const { return context_.driver.api; }
  const Gpu& gpu() const { return *context_.gpu; }
  const Gpu& peer() const { return *context_.peer; }

  /// An entry of the device code in `<module>.cu`, loaded once for each GPU. `oldest`: the oldest
  /// target that takes it.
  CUfunction entry(const Gpu& gpu, std::string_view module, const char* name,
                   Target oldest = {{8, 0}, Suffix::none});
  /// Waits for the GPU, no longer than one item may take.
  void wait(const Gpu& gpu) const { gpu.wait(context_.timeout); }

  /// At most `wanted` bytes, and at most 5 % of what is free on the GPU (where its memory is the
  /// host's: of what is available there). Machines with one memory hang when it runs out.
  std::size_t affordable(const Gpu& gpu, std::size_t wanted) const;

  /// MemAvailable; where nothing says it, an amount that every machine has.
  std::uint64_t host_available() const;
  /// NVML's facts of this GPU; none where NVML does not know it.
  std::vector<Fact> nvml() const { return context_.nvml ? context_.nvml() : std::vector<Fact>{}; }

  /// A driver function that is optional in the table.
  template <typename Function>
  Function* need(Function* function, const char* name) const {
    if (function == nullptr) throw Absent{std::string("this driver has no ") + name};
    return function;
  }

  void value(std::string name, FactValue value, std::string unit, EvidenceKind kind);
  /// `make` returns the value; where it throws Absent, or the driver refuses, there is none and the
  /// reason stands in its place.
  template <typename Make>
  void value_by(std::string name, std::string unit, EvidenceKind kind, Make make) {
    std::string why;
    try {
      FactValue made(make());  // before the name is moved: it may throw
      value(std::move(name), std::move(made), std::move(unit), kind);
      return;
    } catch (const Absent& absent) {
      why = absent.why;
    } catch (const DriverError& error) {
      if (error.sticky()) throw;
      why = error.what();
    }
    no_value(std::move(name), std::move(unit), kind, std::move(why));
  }
  void no_value(std::string name, std::string unit, EvidenceKind kind, std::string why);

  /// Whether the GPU or only the host decides how long it takes.
  enum class Of { gpu, host };
  /// value_by for what is measured by the wall clock: marked invalid where a tool was injected, and
  /// of the GPU where NVML saw it slowed down meanwhile or a fake driver plays it.
  template <typename Make>
  void value_by_wall_clock(Of of, std::string name, std::string unit, EvidenceKind kind,
                           Make make) {
    std::optional<Reason> invalid;
    value_by(std::move(name), std::move(unit), kind, [&] {
      FactValue made;
      invalid = timed(of, [&] { made = FactValue(make()); });
      return made;
    });
    if (invalid && result_.values.back().absent.empty())
      result_.values.back().invalid = std::move(invalid);
  }
  /// Windows of clocks and power; none where nobody watches.
  std::vector<PowerWindow> watched() const {
    return context_.watched ? context_.watched() : std::vector<PowerWindow>{};
  }
  /// What NVML saw while the values of this survey were measured by the wall clock.
  const std::optional<PowerWindow>& window() const { return window_; }
  /// Device attributes, each as `name`: 0 or 1 as false or true where `unit` is "flag".
  void attribute(std::string name, CUdevice_attribute attribute, std::string unit);
  /// One whose number is a mask or a scope: what `in_words` makes of it.
  void attribute(std::string name, CUdevice_attribute attribute, std::string (*in_words)(int));
  /// Whether the driver says yes; Absent where it does not know the attribute.
  bool says(CUdevice_attribute attribute) const;

  void columns(std::vector<Column> columns) { result_.columns = std::move(columns); }
  void row(std::vector<Cell> cells) { result_.rows.push_back(std::move(cells)); }
  void evidence(EvidenceKind kind, std::string text);

 private:
  /// The driver's number; Absent where it does not know the attribute.
  int answer(CUdevice_attribute attribute) const;
  /// Why what `act` measured by the wall clock is worth nothing.
  std::optional<Reason> timed(Of of, const std::function<void()>& act);

  SurveyContext context_;
  SurveyResult& result_;
  std::optional<PowerWindow> window_;
  std::map<std::pair<const Gpu*, std::string>, ModuleImage> images_;
};

struct Survey {
  std::string_view id;
  void (*measure)(SurveyRun& run);
};

/// All surveys of this build, in no particular order.
std::span<const Survey* const> survey_table();

/// The measured survey, or why there is nothing. Never throws for a broken GPU. `gpus` is left to
/// the caller. An id without a survey: std::logic_error.
SurveyResult run_survey(std::string_view id, const SurveyContext& context);
/// The same for one that is not in the table.
SurveyResult run_survey(std::string_view id, const SurveyContext& context,
                        const std::function<void(SurveyRun&)>& measure);

/// Cells from values of their own types.
inline Cell cell(FactValue value) { return {std::move(value), {}}; }
inline Cell no_cell(std::string why) { return {{}, std::move(why)}; }
inline FactValue whole(std::size_t number) { return static_cast<std::int64_t>(number); }
inline FactValue words(std::string text) { return text; }

}  // namespace bp
