#include "probes/counters/counters.h"

#include <algorithm>

#include "probes/counters/metrics.h"
#include "probes/counters/session.h"
#include "probes/engine/environment.h"
#include "probes/engine/image.h"
#include "probes/engine/run_entry.h"
#include "probes/features/embedded.h"
#include "probes/registry/reason.h"
#include "probes/survey/survey.h"

namespace bp {
namespace {

struct Loop {
  const Feature* feature = nullptr;
  const InstructionProbe* probe = nullptr;
  Image image;
  std::string why;  // there is no count
  std::optional<std::size_t> range;
  std::uint64_t issued() const { return probe->rate ? probe->rate->instructions_per_block : 0; }
};

int cuda_major(const Driver& driver) {
  int version = 0;
  if (driver.api.DriverGetVersion(&version) != CUDA_SUCCESS) return 0;
  return version / 1000;
}

// /proc/driver/nvidia/params holds "RmProfilingAdminOnly: 1" where the module option is as NVIDIA
// ships it.
void say_who_may(SurveyRun& run) {
  run.value_by("administrators_only", "", EvidenceKind::declared, [&] {
    const auto text = run.driver().file("/proc/driver/nvidia/params");
    const auto at = text ? text->find("RmProfilingAdminOnly:") : std::string::npos;
    const auto digit = at == std::string::npos ? at : text->find_first_of("01\n", at);
    if (digit == std::string::npos || (*text)[digit] == '\n')
      throw Absent{"/proc/driver/nvidia/params does not say"};
    return FactValue((*text)[digit] == '1');
  });
}

std::vector<Loop> load_loops(Engine& engine, const std::vector<std::string>& features) {
  std::vector<Loop> loops;
  for (const std::string& id : features) {
    Loop loop;
    loop.feature = find_feature(id);
    loop.probe = find_probe(id);
    if (loop.feature == nullptr || loop.probe == nullptr ||
        !countable(*loop.probe, loop.feature->family))
      continue;
    try {
      auto image = load_image(engine.gpu(), probe_pack(), engine.assembler(), *loop.probe);
      if (image) loop.image = std::move(*image);
      if (!image) loop.why = "the driver takes no image of the probe";
    } catch (const DriverError& error) {
      if (error.sticky()) throw;
      loop.why = error.what();
    }
    loops.push_back(std::move(loop));
  }
  return loops;
}

/// One launch of what is counted.
void launch_once(const Gpu& gpu, const Loop& loop, const EngineOptions& options) {
  if (loop.probe->rate) {
    run_rate(gpu, *loop.image.module, *loop.probe, options.seed, options.timeout, 1);
    return;
  }
  Bytes input(loop.probe->input_bytes);
  loop.probe->random(std::span<std::uint8_t>(input), options.seed);
  EntryRunner(gpu, *loop.image.module, *loop.probe, options.timeout).run(input);
}

void count(const Gpu& gpu, RangeSession& session, std::vector<Loop>& loops,
           const EngineOptions& options) {
  std::size_t ranges = 0;
  for (Loop& loop : loops) {
    if (loop.image.module == nullptr) continue;
    session.push(std::string(loop.feature->id).c_str());
    try {
      launch_once(gpu, loop, options);
      loop.range = ranges;
    } catch (const Unlaunchable& error) {
      loop.why = error.reason.sentence;
    } catch (const DriverError& error) {
      if (error.sticky()) throw;
      loop.why = error.what();
    }
    session.pop();
    ++ranges;
  }
}

class Report {
 public:
  Report(SurveyRun& run, const Cupti& cupti, std::span<const Metric> metrics,
         std::span<const Metric> unread)
      : run_(run), cupti_(cupti), metrics_(metrics), unread_(unread) {
    std::vector<Column> columns{{"feature", {}}, {"issued", {}}};
    for (const Metric& metric : metrics) columns.push_back({std::string(metric.pipe), {}});
    columns.push_back({"native", {}});
    run.columns(std::move(columns));
    for (const Metric& metric : metrics) {
      run.value("counter_" + std::string(metric.pipe), words(std::string(metric.name)), {},
                EvidenceKind::declared);
    }
  }

  void add(const Loop& loop, const std::vector<std::vector<double>>& counts,
           const CountedSink& sink) {
    std::vector<Cell> row{cell(std::string(loop.feature->id))};
    row.push_back(loop.issued() == 0 ? no_cell("the probe itself was launched, not a clocked loop")
                                     : cell(static_cast<std::int64_t>(loop.issued())));
    std::string why = loop.why;
    if (loop.range && !std::ranges::all_of(counts.at(*loop.range),
                                           [](double value) { return value >= 0 && value < 1e18; }))
      why = "CUPTI gave no number";
    if (!why.empty() || !loop.range) {
      for (std::size_t i = 0; i <= metrics_.size(); ++i) row.push_back(no_cell(why));
      run_.row(std::move(row));
      return;
    }
    const std::vector<double>& of_loop = counts.at(*loop.range);
    const CountVerdict verdict = judge({.metrics = metrics_,
                                        .unread = unread_,
                                        .counts = of_loop,
                                        .native_sass = loop.probe->native_sass,
                                        .issued = loop.issued(),
                                        .family = loop.feature->family});
    for (const double value : of_loop) row.push_back(cell(static_cast<std::int64_t>(value)));
    row.push_back(verdict.native ? cell(*verdict.native)
                                 : no_cell("this chip's counters do not tell the units apart"));
    run_.row(std::move(row));
    if (!verdict.native) return;
    sink(std::string(loop.feature->id), {.kind = EvidenceKind::counted,
                                         .against = !*verdict.native,
                                         .by = cupti_.name,
                                         .target = to_string(loop.image.target),
                                         .text = verdict.text,
                                         .value = verdict.largest,
                                         .unit = "instructions"});
  }

 private:
  SurveyRun& run_;
  const Cupti& cupti_;
  std::span<const Metric> metrics_;
  std::span<const Metric> unread_;
};

void measure(SurveyRun& run, Engine& engine, const EngineOptions& options,
             const std::vector<std::string>& features, const CountedSink& sink) {
  say_who_may(run);
  // Two profilers in one process disturb each other at best.
  if (const auto tools = injected_tools(); !tools.empty())
    throw Stop{Status::blocked, make_reason("counters_in_use", tools.front())};
  const Gpu& gpu = run.gpu();
  auto loaded = load_cupti(Surroundings::of_this_process(), cuda_major(run.driver()),
                           !run.driver().fake.empty());
  if (const auto* reason = std::get_if<Reason>(&loaded)) throw Stop{Status::blocked, *reason};
  const Cupti& cupti = std::get<Cupti>(loaded);
  run.value("library", words(cupti.file), {}, EvidenceKind::declared);
  const std::string chip = chip_of(cupti, gpu);
  run.value("chip", words(chip), {}, EvidenceKind::declared);

  auto loops = load_loops(engine, features);
  const auto all = tensor_metrics(chip);
  std::vector<std::string> names;
  for (const Metric& metric : all) names.emplace_back(metric.name);
  MetricPlan plan(cupti.api, chip, availability_of(cupti.api, gpu), names);
  RangeSession session(cupti.api, gpu, plan, std::max<std::size_t>(loops.size(), 1));
  count(gpu, session, loops, options);
  const auto counts = session.finish();
  Report report(run, cupti, all.first(plan.size()), all.subspan(plan.size()));
  for (const Loop& loop : loops) report.add(loop, counts, sink);
  run.evidence(EvidenceKind::counted,
               "one launch of each clocked loop (one block, or a pair of them), or of the probe "
               "itself where it has none, as a range of " +
                   cupti.name + "; one pass, nothing replayed");
}

}  // namespace

bool countable(const InstructionProbe& probe, Family family) {
  if (!probe.not_launched.empty()) return false;
  if (probe.rate && probe.rate->instructions_per_block > 0) return true;
  return family == Family::tcgen05 && probe.feature.starts_with("tcgen05.mma.");
}

SurveyResult count_instructions(Engine& engine, const EngineOptions& options,
                                const std::vector<std::string>& features,
                                const CountedSink& counted) {
  const Gpu& gpu = engine.gpu();
  const SurveyContext context{.driver = gpu.driver(), .gpu = &gpu, .timeout = options.timeout};
  auto result = run_survey(counters_survey, context, [&](SurveyRun& run) {
    try {
      measure(run, engine, options, features, counted);
    } catch (const CuptiError& error) {
      throw Stop{Status::blocked, reason_of(error)};
    }
  });
  result.gpus = {options.gpu};
  return result;
}

}  // namespace bp
