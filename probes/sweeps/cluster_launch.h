// What a CTA of the sweep of cluster launches writes: seen by nvcc and by the host compiler.
#pragma once

namespace bp {
struct ClusterCta {
  unsigned cluster, rank, size, sm;
};
}  // namespace bp
