#include "probes/registry/power.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <string_view>

#include "probes/registry/reason.h"

namespace bp {
namespace {

struct Event {
  std::uint64_t bit;
  std::string_view name;
  bool slowdown;
};
// NVML API Reference, "NvmlClocksEventReasons"; before R535 they were called throttle reasons.
constexpr auto events = std::to_array<Event>({{0x1, "gpu_idle", false},
                                              {0x2, "applications_clocks_setting", false},
                                              {0x4, "sw_power_cap", true},
                                              {0x8, "hw_slowdown", true},
                                              {0x10, "sync_boost", false},
                                              {0x20, "sw_thermal_slowdown", true},
                                              {0x40, "hw_thermal_slowdown", true},
                                              {0x80, "hw_power_brake_slowdown", true},
                                              {0x100, "display_clock_setting", false}});

std::string whole(double value) {
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "%.0f", value);
  return text.data();
}

void merge(PowerReading& into, const PowerReading& later) {
  if (later.lowest) into.take(*later.lowest);
  if (later.highest) into.take(*later.highest);
  if (!into.lowest) into.absent = later.absent;
}

}  // namespace

std::vector<std::string> clock_events(std::uint64_t bits) {
  std::vector<std::string> names;
  for (const Event& event : events) {
    if ((bits & event.bit) != 0) names.emplace_back(event.name);
  }
  return names;
}

std::vector<std::string> slowdowns(std::uint64_t bits) {
  for (const Event& event : events) {
    if (!event.slowdown) bits &= ~event.bit;
  }
  return clock_events(bits);
}

std::vector<std::string> other_events(std::uint64_t bits) {
  for (const Event& event : events) {
    if (event.slowdown) bits &= ~event.bit;
  }
  return clock_events(bits);
}

std::string listed(const std::vector<std::string>& names) {
  std::string text;
  for (const std::string& name : names) text += (text.empty() ? "" : ", ") + name;
  return text.empty() ? "none" : text;
}

void PowerReading::take(double value) {
  lowest = std::min(lowest.value_or(value), value);
  highest = std::max(highest.value_or(value), value);
  absent.clear();
}

void merge(PowerWindow& into, const PowerWindow& later) {
  into.samples += later.samples;
  into.slowed += later.slowed;
  merge(into.sm_clock, later.sm_clock);
  merge(into.memory_clock, later.memory_clock);
  merge(into.power, later.power);
  merge(into.power_limit, later.power_limit);
  merge(into.temperature, later.temperature);
  if (later.events) into.events = into.events.value_or(0) | *later.events;
  if (!into.events) into.events_absent = later.events_absent;
  if (!into.problem) into.problem = later.problem;
}

std::optional<Reason> invalidates(const PowerWindow& window) {
  if (!window.events) return std::nullopt;
  const auto names = slowdowns(*window.events);
  if (names.empty()) return std::nullopt;
  return make_reason("throttled", listed(names));
}

std::string words(const PowerWindow& window) {
  if (window.samples == 0) {
    return "power and clocks not sampled" +
           (window.problem ? ": " + window.problem->sentence : std::string());
  }
  std::string text =
      std::to_string(window.samples) + (window.samples == 1 ? " sample" : " samples");
  if (window.sm_clock.lowest) {
    const std::string low = whole(*window.sm_clock.lowest);
    const std::string high = whole(*window.sm_clock.highest);
    text += ", SM clock " + (low == high ? low : low + " to " + high) + " MHz";
  }
  if (window.power.highest) {
    text += ", at most " + whole(*window.power.highest);
    if (window.power_limit.highest) text += " of " + whole(*window.power_limit.highest);
    text += " W";
  }
  if (window.temperature.highest) text += ", " + whole(*window.temperature.highest) + " degrees";
  if (!window.events) return text + "; reasons of slowdowns not told: " + window.events_absent;
  const auto names = slowdowns(*window.events);
  return text + ", slowed down by " + (names.empty() ? "nothing" : listed(names));
}

}  // namespace bp
