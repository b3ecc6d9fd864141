// What launches as a cluster, and how many SMs the clusters reach: by launch, beside the driver's
// own answer. Documents disagree about sm_12x and about parts with fewer SMs in a GPC.
#include "probes/sweeps/cluster_launch.h"

#include <algorithm>
#include <set>

#include "probes/driver/problem.h"
#include "probes/survey/launch.h"
#include "probes/survey/survey.h"

namespace bp {
namespace {

constexpr long long stay_clocks = 200'000;  // as in residency.cpp
constexpr Target oldest{{9, 0}, Suffix::none};

class Sweep {
 public:
  explicit Sweep(SurveyRun& run)
      : run_(run),
        function_(run.entry(run.gpu(), "cluster_launch", "bp_survey_cluster_launch", oldest)),
        sms_(static_cast<unsigned>(run.gpu().attribute(CU_DEVICE_ATTRIBUTE_MULTIPROCESSOR_COUNT))) {
  }

  /// One row; whether it launched.
  bool measure(unsigned cluster, unsigned shared_bytes, unsigned threads) {
    // Twice what could be there at once, in whole clusters.
    const unsigned per_sm = std::min(32u, 2048 / threads);
    const unsigned clusters = std::max(1u, 2 * per_sm * sms_ / cluster);
    const LaunchShape launch = [&] {
      LaunchShape made = shape(clusters * cluster, threads, shared_bytes, cluster);
      made.set_cluster = true;
      return made;
    }();
    DeviceBuffer seen(run_.gpu(), std::size_t{clusters} * cluster * sizeof(ClusterCta));
    DeviceBuffer counters(run_.gpu(), 4 * sizeof(unsigned));
    seen.fill(0xff);
    counters.fill(0);
    const auto refused = try_launch(run_, run_.gpu(), function_, launch, seen.address(),
                                    counters.address(), stay_clocks);
    std::vector<Cell> row{cell(whole(cluster)), cell(whole(shared_bytes)), cell(whole(threads))};
    if (refused) {
      row.push_back(cell(words(*refused)));
      row.resize(6, no_cell("it was not launched"));
    } else {
      const std::size_t sms =
          reached(download<ClusterCta>(seen, std::size_t{clusters} * cluster), cluster);
      row.push_back(cell(words("launched")));
      row.push_back(cell(whole(sms)));
      row.push_back(cell(whole(download<unsigned>(counters, 2)[1])));
    }
    row.push_back(driver_says(launch));
    run_.row(std::move(row));
    return !refused;
  }

 private:
  /// The SMs; throws WrongOutput where a CTA is not where it has to be.
  static std::size_t reached(const std::vector<ClusterCta>& ctas, unsigned cluster) {
    std::set<unsigned> sms;
    for (std::size_t i = 0; i < ctas.size(); ++i) {
      const ClusterCta& cta = ctas[i];
      if (cta.cluster != i / cluster || cta.rank != i % cluster || cta.size != cluster)
        throw WrongOutput(make_reason(
            "wrong_value", "place of CTA " + std::to_string(i) + " in clusters of " +
                               std::to_string(cluster) + ": cluster " +
                               std::to_string(cta.cluster) + ", rank " + std::to_string(cta.rank) +
                               " of " + std::to_string(cta.size)));
      sms.insert(cta.sm);
    }
    return sms.size();
  }

  /// cuOccupancyMaxActiveClusters for the same launch; the function's attributes are those of it.
  Cell driver_says(const LaunchShape& launch) const {
    if (run_.api().OccupancyMaxActiveClusters == nullptr)
      return no_cell("this driver has no cuOccupancyMaxActiveClusters");
    CUlaunchAttribute attribute{};
    attribute.id = CU_LAUNCH_ATTRIBUTE_CLUSTER_DIMENSION;
    attribute.value.clusterDim.x = launch.cluster.x;
    attribute.value.clusterDim.y = 1;
    attribute.value.clusterDim.z = 1;
    CUlaunchConfig config{};
    config.gridDimX = launch.grid.x;
    config.gridDimY = 1;
    config.gridDimZ = 1;
    config.blockDimX = launch.block.x;
    config.blockDimY = 1;
    config.blockDimZ = 1;
    config.sharedMemBytes = launch.dynamic_shared_bytes;
    config.hStream = run_.gpu().stream();
    config.attrs = &attribute;
    config.numAttrs = 1;
    int clusters = 0;
    const auto result = run_.api().OccupancyMaxActiveClusters(&clusters, function_, &config);
    if (result != CUDA_SUCCESS) return no_cell(error_name(run_.api(), result));
    return cell(std::int64_t{clusters});
  }

  SurveyRun& run_;
  CUfunction function_;
  unsigned sms_;
};

void measure(SurveyRun& run) {
  if (run.gpu().cc() < ComputeCapability{9, 0})
    throw Stop{Status::unsupported,
               make_reason("need_missing", "clusters came with compute capability 9.0")};
  run.columns({{"cluster", "CTAs"},
               {"shared_memory", "B per CTA"},
               {"threads", "per CTA"},
               {"launch", ""},
               {"sms_reached", "SMs"},
               {"at_once", "clusters"},
               {"driver_says", "clusters"}});
  const auto optin = static_cast<unsigned>(
      run.gpu().attribute(CU_DEVICE_ATTRIBUTE_MAX_SHARED_MEMORY_PER_BLOCK_OPTIN));
  std::set<unsigned> sizes{0, 48 << 10, 99 << 10, optin};
  Sweep sweep(run);
  unsigned largest = 0;
  for (const unsigned cluster : {1u, 2u, 4u, 8u, 16u}) {
    for (const unsigned shared : sizes) {
      for (const unsigned threads : {128u, 1024u}) {
        if (sweep.measure(cluster, shared, threads)) largest = cluster;
      }
    }
  }
  run.value("largest_cluster_launched", whole(largest), "CTAs", EvidenceKind::verified);
  run.evidence(EvidenceKind::verified,
               "every CTA wrote its cluster, its rank, the size of its cluster and its SM; the "
               "clusters at once are counted while they stay");
}

}  // namespace

extern const Survey cluster_launch_survey;
const Survey cluster_launch_survey{"sweep.cluster_launch", measure};

}  // namespace bp
