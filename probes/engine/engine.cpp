#include "probes/engine/engine.h"

#include <dlfcn.h>

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <map>
#include <thread>

#include "probes/driver/facts.h"
#include "probes/driver/problem.h"
#include "probes/engine/environment.h"
#include "probes/engine/power.h"
#include "probes/engine/proof.h"
#include "probes/engine/schedule.h"
#include "probes/features/embedded.h"
#include "probes/registry/reason.h"
#include "probes/survey/survey.h"

namespace bp {
namespace {

/// The assembler's library costs 60 ms at its first use: read it from the disk while cuInit runs.
/// false: there is none.
bool warm_assembler() {
  return dlopen("libnvidia-ptxjitcompiler.so.1", RTLD_LAZY | RTLD_LOCAL) != nullptr;
}

/// Whether contexts of this process go through an MPS server.
bool mps_shared(const Driver& driver, CUdevice device) {
  int enabled = 0;
  constexpr auto mps_enabled =
      static_cast<CUdevice_attribute>(133);  // CU_DEVICE_ATTRIBUTE_MPS_ENABLED
  if (driver.api.DeviceGetAttribute(&enabled, mps_enabled, device) == CUDA_SUCCESS)
    return enabled != 0;
  // Drivers before R535 do not say: a client finds the daemon by its pipe.
  const char* folder = std::getenv("CUDA_MPS_PIPE_DIRECTORY");
  const std::string pipe = std::string(folder == nullptr ? "/tmp/nvidia-mps" : folder) + "/control";
  return driver.file(pipe.c_str()).has_value();
}

}  // namespace

struct Engine::Impl {
  explicit Impl(EngineOptions given)
      : options(std::move(given)),
        changed(prepare_environment(options.lazy)),
        tools(injected_tools()) {}

  /// Loads the driver's library once, without calling into it. nullopt: it is there.
  const std::optional<Reason>& load() {
    if (tried_load) return problem;
    tried_load = true;
    warm_pack = std::jthread([] {
      try {
        probe_pack();
      } catch (const PackError&) {  // seen again where the pack is used
      }
    });
    auto loaded = load_driver(options.libcuda);
    if (auto* reason = std::get_if<Reason>(&loaded)) {
      problem = std::move(*reason);
      return problem;
    }
    driver = std::move(std::get<Driver>(loaded));
    if (options.libcuda.empty() && driver->fake.empty()) {
      warm_jit = std::jthread([this] { assembler_missing = !warm_assembler(); });
    }
    return problem;
  }

  /// Loads and initialises the driver once. nullopt: it is usable.
  const std::optional<Reason>& initialise() {
    if (load() || tried_init) return problem;
    tried_init = true;
    if (const auto result = driver->api.Init(0); result != CUDA_SUCCESS) {
      problem = init_problem(*driver, result);
    } else if (int count = 0; driver->api.DeviceGetCount(&count) != CUDA_SUCCESS || count == 0) {
      problem = make_reason("no_device");
    }
    return problem;
  }

  std::string driver_version() {
    if (!version) version = kernel_driver_version(*driver);
    return *version;
  }

  std::string driver_name() {
    if (!driver_version().empty()) return "driver " + driver_version();
    const auto cuda = cuda_version(*driver);
    if (!cuda) return "driver";
    return "driver (CUDA " + std::to_string(cuda->major) + "." + std::to_string(cuda->minor) + ")";
  }

  Gpu& open() {
    if (const auto& reason = initialise()) throw Unusable(*reason);
    if (unusable) throw Unusable(*unusable);
    if (gpu) return *gpu;
    try {
      gpu = std::make_unique<Gpu>(*driver, options.gpu);
    } catch (const Unusable& error) {
      unusable = error.reason;
      throw;
    }
    const auto cuda = cuda_version(*driver);
    assembler = std::make_unique<DriverAssembler>(link_on(*gpu), driver_name(),
                                                  cuda ? ptx_of_cuda(*cuda) : std::nullopt);
    return *gpu;
  }

  /// The second GPU of a pair, or another first one.
  Gpu& open_other(int ordinal) {
    if (ordinal == options.gpu) return open();
    if (const auto& reason = initialise()) throw Unusable(*reason);
    auto& other = others[ordinal];
    if (!other) other = std::make_unique<Gpu>(*driver, ordinal);
    return *other;
  }

  /// Does `act` while NVML is asked about the GPU, and keeps what it said under `phase`.
  PowerWindow watch(int ordinal, const std::string& phase, const std::function<void()>& act) {
    auto& monitor = monitors[ordinal];
    if (!monitor) monitor = std::make_unique<PowerMonitor>(device_facts(*driver, ordinal).uuid);
    monitor->begin(phase);
    try {
      act();
    } catch (...) {
      monitor->end();
      throw;
    }
    PowerWindow window = monitor->end();
    auto& kept = windows[ordinal];
    const auto same = std::ranges::find(kept, phase, &PowerWindow::phase);
    if (same == kept.end()) {
      kept.push_back(window);
    } else {
      merge(*same, window);
    }
    return window;
  }

  ExecuteOptions execute_options() {
    return {.seed = options.seed,
            .timeout = options.timeout,
            .injected_tools = tools,
            .mps_shared = mps_shared(*driver, gpu->device())};
  }

  EngineOptions options;
  std::vector<std::string> changed;
  std::vector<std::string> tools;
  bool tried_load = false;
  bool tried_init = false;
  std::optional<Reason> problem;   // of the whole driver
  std::optional<Reason> unusable;  // of options.gpu
  std::optional<Driver> driver;
  std::optional<std::string> version;
  std::unique_ptr<Gpu> gpu;
  std::map<int, std::unique_ptr<Gpu>> others;  // of pairs
  std::map<int, std::unique_ptr<PowerMonitor>> monitors;
  std::map<int, std::vector<PowerWindow>> windows;
  std::unique_ptr<DriverAssembler> assembler;
  std::atomic<bool> assembler_missing = false;  // known soon after the driver was loaded, if at all
  std::jthread warm_pack;                       // last: these threads end before what they use
  std::jthread warm_jit;
};

Engine::Engine(EngineOptions options) : impl_(std::make_unique<Impl>(std::move(options))) {}

Engine::~Engine() = default;

DriverFacts Engine::load() {
  DriverFacts facts;
  facts.changed_environment = impl_->changed;
  facts.injected_tools = impl_->tools;
  facts.problem = impl_->load();
  if (!impl_->driver) return facts;
  facts.library = impl_->driver->library;
  if (!impl_->driver->fake.empty()) facts.fake = impl_->driver->fake;
  facts.version = impl_->driver_version();
  return facts;
}

DriverFacts Engine::enumerate() {
  DriverFacts facts = load();
  facts.problem = impl_->initialise();
  // Injection libraries are loaded by cuInit: look again now.
  facts.injected_tools = impl_->tools = injected_tools();
  if (!impl_->driver) return facts;
  const auto& driver = *impl_->driver;
  if (const auto cuda = cuda_version(driver)) {
    facts.cuda_version = std::to_string(cuda->major) + "." + std::to_string(cuda->minor);
    if (!impl_->assembler_missing) facts.ptx = ptx_of_cuda(*cuda);
  }
  if (facts.problem) return facts;
  int count = 0;
  driver.api.DeviceGetCount(&count);
  for (int i = 0; i < count; ++i) facts.gpus.push_back(device_facts(driver, i));
  return facts;
}

void Engine::run_features(const std::vector<std::string>& features, const FeatureSink& sink,
                          const FeatureOptions& how) {
  try {
    impl_->open();
  } catch (const Unusable& error) {
    for (const auto& id : features) {
      if (sink.started) sink.started(id);
      if (sink.finished) {
        sink.finished(
            {.id = id, .status = Status::blocked, .reason = error.reason, .evidence = {}});
      }
    }
    return;
  }
  impl_->gpu->bind();
  impl_->tools = injected_tools();
  ScheduleOptions options{
      .serial = impl_->options.serial, .quick = how.quick, .execute = impl_->execute_options()};
  options.execute.rates = how.rates;
  const auto decide = [&] {
    decide_features(*impl_->gpu, probe_pack(), *impl_->assembler, features, options, sink);
  };
  if (!how.rates) return decide();
  // A rate is counted by the GPU's own clock and holds at any speed; this is to say so.
  impl_->watch(impl_->options.gpu, "before", [] {});
  impl_->watch(impl_->options.gpu, "features and rates", decide);
}

SurveyResult Engine::measure(const std::string& survey, const std::vector<int>& gpus) {
  if (const auto& reason = impl_->load()) throw Unusable(*reason);
  SurveyContext context{.driver = *impl_->driver, .timeout = impl_->options.timeout};
  context.nvml = [&] {
    const std::string uuid = device_facts(*impl_->driver, gpus.front()).uuid;
    for (const auto& known : read_nvml().gpus) {
      if (known.uuid == uuid) return known.facts;
    }
    return std::vector<Fact>{};
  };
  if (!gpus.empty()) {
    context.watch = [&](const std::function<void()>& act) {
      return impl_->watch(gpus.front(), survey, act);
    };
    context.watched = [&] {
      impl_->watch(gpus.front(), "now", [] {});
      return impl_->windows[gpus.front()];
    };
    context.gpu = &impl_->open_other(gpus.front());
  }
  context.injected_tools = impl_->tools = injected_tools();
  if (gpus.size() > 1) context.peer = &impl_->open_other(gpus.back());
  SurveyResult result = run_survey(survey, context);
  result.gpus = gpus;
  return result;
}

bool Engine::poisoned() const {
  const auto lost = [](const std::unique_ptr<Gpu>& gpu) { return gpu != nullptr && gpu->lost(); };
  for (const auto& [ordinal, gpu] : impl_->others) {
    if (lost(gpu)) return true;
  }
  return lost(impl_->gpu);
}

Gpu& Engine::gpu() { return impl_->open(); }

std::optional<PtxVersion> Engine::newest_ptx() {
  impl_->open();
  return impl_->assembler->ability().newest;
}

const DriverAssembler& Engine::assembler() {
  impl_->open();
  return *impl_->assembler;
}

FeatureResult run_with_ptx(Engine& engine, const InstructionProbe& probe, std::string_view ptx,
                           Target target, const EngineOptions& options) {
  auto& gpu = engine.gpu();
  const auto& assembler = engine.assembler();
  ExecuteOptions execute;
  execute.seed = options.seed;
  execute.timeout = options.timeout;
  Executor executor(gpu, probe_pack(), assembler, execute);
  return executor.run(probe, [&] { return load_ptx(gpu, assembler, ptx, probe.ptx, target); });
}

}  // namespace bp
