#include "kernels/mla/decode_plan.h"

#include <algorithm>

namespace bp::mla {

DecodePlan plan_decode(std::span<const std::int32_t> seqlens, int parts, int overhead) {
  std::int64_t total = 0;
  std::vector<std::int32_t> pages;
  for (const std::int32_t seqlen : seqlens) {
    pages.push_back(seqlen > 0 ? (seqlen - 1) / page_tokens + 1 : 0);
    total += pages.back() + overhead;
  }
  // A part may lose up to one overhead by cutting a request: that is added to everyone's budget.
  const std::int64_t budget = (total + parts - 1) / parts + overhead;

  DecodePlan plan;
  plan.part_begin.push_back(0);
  std::int64_t left = budget;
  const auto next_part = [&] {
    plan.part_begin.push_back(static_cast<std::int32_t>(plan.segments.size()));
    left = budget;
  };
  for (std::size_t request = 0; request < pages.size(); ++request) {
    std::int32_t first = 0;
    do {
      if (left <= overhead &&
          plan.part_begin.back() != static_cast<std::int32_t>(plan.segments.size())) {
        next_part();
      }
      const auto room =
          static_cast<std::int32_t>(std::clamp<std::int64_t>(left - overhead, 1, INT32_MAX));
      const std::int32_t end = first + std::min(room, pages[request] - first);
      plan.segments.push_back({static_cast<std::int32_t>(request), first, end, -1});
      left -= end - first + overhead;
      first = end;
    } while (first < pages[request]);
  }
  if (plan.part_begin.back() != static_cast<std::int32_t>(plan.segments.size())) next_part();

  // Slots for the pieces of requests that were cut.
  plan.split_begin.assign(seqlens.size() + 1, 0);
  std::int32_t slots = 0;
  for (std::size_t i = 0; i < plan.segments.size(); ++i) {
    DecodeSegment& segment = plan.segments[i];
    const auto request = static_cast<std::size_t>(segment.request);
    const bool whole = segment.first_page == 0 && segment.end_page == pages[request];
    if (!whole) segment.partial = slots++;
    plan.split_begin[request + 1] = slots;
  }
  return plan;
}

}  // namespace bp::mla
