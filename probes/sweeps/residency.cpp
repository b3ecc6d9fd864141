// How many CTAs of a size are on one SM at the same time: counted while they are there.
#include <algorithm>

#include "probes/survey/launch.h"
#include "probes/survey/survey.h"

namespace bp {
namespace {

constexpr long long stay_clocks = 200'000;  // 0.1 ms; a wave of CTAs starts in a few microseconds
constexpr std::size_t most_sms = 1024;      // places for %smid

struct Peaks {
  unsigned least = 0;  // over the SMs that ran anything
  unsigned most = 0;
  unsigned sms = 0;
};

Peaks count(SurveyRun& run, CUfunction function, unsigned ctas, unsigned threads) {
  DeviceBuffer counters(run.gpu(), 2 * most_sms * sizeof(unsigned));
  counters.fill(0);
  launch_and_wait(run, run.gpu(), function, shape(ctas, threads), counters.address(),
                  counters.address() + most_sms * sizeof(unsigned), static_cast<unsigned>(most_sms),
                  stay_clocks);
  const auto counted = download<unsigned>(counters, 2 * most_sms);
  Peaks peaks;
  for (std::size_t sm = 0; sm < most_sms; ++sm) {
    if (counted[sm] != 0)
      throw WrongOutput(make_reason("wrong_value", "a CTA left without counting itself out"));
    const unsigned peak = counted[most_sms + sm];
    if (peak == 0) continue;
    peaks.least = peaks.sms == 0 ? peak : std::min(peaks.least, peak);
    peaks.most = std::max(peaks.most, peak);
    ++peaks.sms;
  }
  return peaks;
}

Cell occupancy(SurveyRun& run, CUfunction function, unsigned threads) {
  try {
    const auto ask = run.need(run.api().OccupancyMaxActiveBlocksPerMultiprocessor,
                              "cuOccupancyMaxActiveBlocksPerMultiprocessor");
    int blocks = 0;
    run.gpu().check(ask(&blocks, function, static_cast<int>(threads), 0),
                    "cuOccupancyMaxActiveBlocksPerMultiprocessor");
    return cell(std::int64_t{blocks});
  } catch (const Absent& absent) {
    return no_cell(absent.why);
  } catch (const DriverError& error) {
    if (error.sticky()) throw;
    return no_cell(error.what());
  }
}

void measure(SurveyRun& run) {
  run.columns({{"threads", "per CTA"},
               {"ctas_on_one_sm", "CTAs"},
               {"warps_on_one_sm", "warps"},
               {"least_on_one_sm", "CTAs"},
               {"sms_reached", "SMs"},
               {"driver_says", "CTAs"}});
  run.attribute("declared_ctas_per_sm", CU_DEVICE_ATTRIBUTE_MAX_BLOCKS_PER_MULTIPROCESSOR, "CTAs");
  run.attribute("declared_threads_per_sm", CU_DEVICE_ATTRIBUTE_MAX_THREADS_PER_MULTIPROCESSOR,
                "threads");
  const CUfunction function = run.entry(run.gpu(), "residency", "bp_survey_residency");
  const auto sms =
      static_cast<unsigned>(run.gpu().attribute(CU_DEVICE_ATTRIBUTE_MULTIPROCESSOR_COUNT));
  unsigned most_ctas = 0;
  unsigned most_warps = 0;
  for (const unsigned threads : {32u, 64u, 96u, 128u, 192u, 256u, 384u, 512u, 768u, 1024u}) {
    // More than any SM has held so far (32 CTAs, 2048 threads), so that every place is taken.
    const unsigned ctas = sms * std::min(48u, 3072 / threads + 1);
    const Peaks peaks = count(run, function, ctas, threads);
    const unsigned warps = peaks.most * (threads / 32);
    run.row({cell(whole(threads)), cell(whole(peaks.most)), cell(whole(warps)),
             cell(whole(peaks.least)), cell(whole(peaks.sms)), occupancy(run, function, threads)});
    most_ctas = std::max(most_ctas, peaks.most);
    most_warps = std::max(most_warps, warps);
  }
  run.value("most_ctas_on_one_sm", whole(most_ctas), "CTAs", EvidenceKind::counted);
  run.value("most_warps_on_one_sm", whole(most_warps), "warps", EvidenceKind::counted);
  run.evidence(EvidenceKind::counted,
               "each CTA counts itself in on its SM, stays for " + std::to_string(stay_clocks) +
                   " clocks and counts itself out: the peak is what was there at one time");
}

}  // namespace

extern const Survey residency_survey;
const Survey residency_survey{"sweep.residency", measure};

}  // namespace bp
