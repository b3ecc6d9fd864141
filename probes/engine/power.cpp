#include "probes/engine/power.h"

#include <condition_variable>
#include <mutex>
#include <thread>

#include "probes/engine/nvml_library.h"
#include "probes/registry/reason.h"

namespace bp {
namespace {

using namespace std::chrono_literals;
using nvml::Handle;
using nvml::Library;
using nvml::Status;
using nvml::success;

constexpr auto period = 5ms;

class Sampler {
 public:
  Sampler(const Library& library, Handle device, PowerWindow& window)
      : library_(library), device_(device), window_(window) {}

  void sample() {
    constexpr int sm = 1, memory = 2;  // NVML_CLOCK_SM, NVML_CLOCK_MEM
    constexpr int on_the_gpu = 0;      // NVML_TEMPERATURE_GPU
    ++window_.samples;
    read(window_.sm_clock, 1, "nvmlDeviceGetClockInfo", sm);
    read(window_.memory_clock, 1, "nvmlDeviceGetClockInfo", memory);
    read(window_.power, 1000, "nvmlDeviceGetPowerUsage");
    read(window_.power_limit, 1000, "nvmlDeviceGetEnforcedPowerLimit");
    read(window_.temperature, 1, "nvmlDeviceGetTemperature", on_the_gpu);
    unsigned long long bits = 0;
    if (const Status status = library_.clock_events(device_, bits); status == success) {
      window_.events = window_.events.value_or(0) | bits;
      if (!slowdowns(bits).empty()) ++window_.slowed;
    } else if (!window_.events) {
      window_.events_absent = library_.text(status);
    }
  }

 private:
  template <typename... Which>
  void read(PowerReading& reading, double divisor, const char* call, Which... which) {
    unsigned value = 0;
    const Status status = library_.call(call, device_, which..., &value);
    if (status == success) {
      reading.take(static_cast<double>(value) / divisor);
    } else if (!reading.lowest) {
      reading.absent = library_.text(status);
    }
  }

  const Library& library_;
  Handle device_;
  PowerWindow& window_;
};

}  // namespace

struct PowerMonitor::State {
  std::string uuid;
  std::string path;
  std::chrono::milliseconds patience;
  std::mutex mutex;
  std::condition_variable changed;
  // Guarded by `mutex`:
  enum class Phase { closed, open, closing, quit } phase = Phase::closed;
  PowerWindow window;
  std::optional<Reason> problem;  // no window will have samples
  bool finished = false;          // the thread is about to end

  /// Of the thread; nullopt: `device` is there.
  std::optional<Reason> find(const Library& library, Handle& device) const {
    if (!library.found()) return make_reason("no_nvml");
    if (const auto status = library.call("nvmlInit_v2"); status != success)
      return make_reason("nvml_error", library.text(status));
    unsigned count = 0;
    if (const auto status = library.call("nvmlDeviceGetCount_v2", &count); status != success)
      return make_reason("nvml_error", library.text(status));
    for (unsigned i = 0; i < count; ++i) {
      if (library.call("nvmlDeviceGetHandleByIndex_v2", i, &device) == success &&
          library.uuid(device) == uuid)
        return std::nullopt;
    }
    return make_reason("nvml_error", "it does not list this GPU");
  }

  void run() {
    const Library library = Library::open(path);
    Handle device = nullptr;
    const auto missing = find(library, device);
    std::unique_lock lock(mutex);
    if (missing) problem = missing;
    changed.notify_all();
    while (!problem && phase != Phase::quit) {
      if (phase == Phase::closed) {
        changed.wait(lock);
        continue;
      }
      const bool last = phase == Phase::closing;
      PowerWindow taken;
      lock.unlock();  // NVML may hang
      Sampler(library, device, taken).sample();
      lock.lock();
      merge(window, taken);
      if (last && phase == Phase::closing) phase = Phase::closed;
      changed.notify_all();
      if (phase == Phase::open) changed.wait_for(lock, period);
    }
    lock.unlock();
    if (!missing) library.call("nvmlShutdown");
    lock.lock();
    finished = true;
    changed.notify_all();
  }

  template <typename Done>
  void await(std::unique_lock<std::mutex>& lock, Done done) {
    if (changed.wait_for(lock, patience, [&] { return problem || done(); })) return;
    problem = make_reason("nvml_error", "it did not answer in time");
  }
};

PowerMonitor::PowerMonitor(std::string uuid, std::string library,
                           std::chrono::milliseconds patience)
    : state_(std::make_shared<State>()) {
  state_->patience = patience;
  state_->uuid = std::move(uuid);
  state_->path = std::move(library);
  // Detached: a thread that NVML keeps is no reason to keep the worker.
  std::thread([state = state_] { state->run(); }).detach();
}

PowerMonitor::~PowerMonitor() {
  std::unique_lock lock(state_->mutex);
  state_->phase = State::Phase::quit;
  state_->changed.notify_all();
  state_->changed.wait_for(lock, state_->patience, [&] { return state_->finished; });
}

void PowerMonitor::begin(std::string phase) {
  std::unique_lock lock(state_->mutex);
  state_->window = {};
  state_->window.phase = std::move(phase);
  if (state_->problem) return;
  state_->phase = State::Phase::open;
  state_->changed.notify_all();
  state_->await(lock, [&] { return state_->window.samples > 0; });
}

PowerWindow PowerMonitor::end() {
  std::unique_lock lock(state_->mutex);
  if (!state_->problem && state_->phase == State::Phase::open) {
    state_->phase = State::Phase::closing;
    state_->changed.notify_all();
    state_->await(lock, [&] { return state_->phase == State::Phase::closed; });
  }
  PowerWindow window = state_->window;
  window.problem = state_->problem;
  return window;
}

}  // namespace bp
