#include "probes/counters/library.h"

#include <dlfcn.h>

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <optional>

#include "probes/registry/reason.h"

namespace bp {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view stem = "libcupti.so";
// The range profiler came with CUDA 12.6, so no library of an older major version has it.
constexpr int oldest_major = 12;

std::optional<int> number(std::string_view text) {
  int value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

/// Names in a folder; none where it cannot be read. Sorted, as the file system has no order.
std::vector<std::string> names_in(const fs::path& folder) {
  std::vector<std::string> names;
  std::error_code error;
  for (fs::directory_iterator entry(folder, error), end; !error && entry != end;
       entry.increment(error))
    names.push_back(entry->path().filename().string());
  std::ranges::sort(names);
  return names;
}

/// "cuda-13.0" before "cuda-12.8"; "cuda" is the administrator's choice and first of all.
bool newer_toolkit(const std::string& a, const std::string& b) {
  const auto version = [](const std::string& name) {
    const auto dash = name.find('-');
    if (dash == std::string::npos) return std::pair{1 << 20, 0};
    const std::string text = name.substr(dash + 1);
    const auto dot = text.find('.');
    const auto minor =
        dot == std::string::npos ? std::optional<int>(0) : number(text.substr(dot + 1));
    return std::pair{number(text.substr(0, dot)).value_or(-1), minor.value_or(0)};
  };
  return version(a) > version(b);
}

class Files {
 public:
  explicit Files(int newest_major) : newest_major_(newest_major) {}

  /// libcupti.so.MAJOR, the newest that the driver may take first; else the plain name.
  void add_folder(const fs::path& folder) {
    std::vector<int> majors;
    bool plain = false;
    for (const std::string& name : names_in(folder)) {
      if (!name.starts_with(stem)) continue;
      plain = plain || name == stem;
      if (name.size() < stem.size() + 2) continue;
      const auto major = number(std::string_view(name).substr(stem.size() + 1));
      if (major && *major >= oldest_major && *major <= newest_major_) majors.push_back(*major);
      // A toolkit without the number of its major version in the name would be a new custom; one
      // whose only number is too new must not come in by its plain name.
      if (major && *major > newest_major_) too_new_ = true;
    }
    std::ranges::sort(majors, std::greater());
    for (const int major : majors) add(folder / (std::string(stem) + "." + std::to_string(major)));
    if (plain && majors.empty() && !too_new_) add(folder / stem);
    too_new_ = false;
  }

  void add_toolkit(const fs::path& toolkit) {
    add_folder(toolkit / "extras/CUPTI/lib64");
    for (const char* target : {"targets/x86_64-linux/lib", "targets/sbsa-linux/lib",
                               "targets/aarch64-linux/lib", "lib64", "lib"})
      add_folder(toolkit / target);
  }

  /// What pip and conda make of a prefix: lib/pythonX.Y/site-packages; Debian's dist-packages.
  void add_prefix(const fs::path& prefix) {
    for (const std::string& python : names_in(prefix / "lib")) {
      if (!python.starts_with("python3")) continue;
      for (const char* packages : {"site-packages", "dist-packages"}) {
        const fs::path nvidia = prefix / "lib" / python / packages / "nvidia";
        for (const std::string& name : names_in(nvidia)) {
          // nvidia-cuda-cupti-cu12 has a folder of its own; from CUDA 13 on all share one.
          if (name == "cuda_cupti" || name.starts_with("cu1")) add_folder(nvidia / name / "lib");
        }
      }
    }
  }

  std::vector<fs::path> take() { return std::move(files_); }

 private:
  void add(const fs::path& file) {
    std::error_code error;
    const fs::path real = fs::canonical(file, error);
    if (error || !fs::is_regular_file(real, error)) return;
    if (std::ranges::find(known_, real) != known_.end()) return;
    known_.push_back(real);
    files_.push_back(file);
  }

  int newest_major_;
  bool too_new_ = false;
  std::vector<fs::path> files_;
  std::vector<fs::path> known_;
};

std::string variable(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? std::string{} : std::string(value);
}

/// Folders of PATH. A relative one would be searched wherever the program happens to be started.
std::vector<fs::path> program_folders(std::string_view path) {
  std::vector<fs::path> folders;
  while (!path.empty()) {
    const auto colon = std::min(path.find(':'), path.size());
    if (const fs::path folder(path.substr(0, colon)); folder.is_absolute())
      folders.push_back(folder);
    path.remove_prefix(std::min(colon + 1, path.size()));
  }
  return folders;
}

/// The first function that the library lacks; null if it has all.
template <typename Function>
void find(void* library, const char* name, Function*& function, const char*& missing) {
  function = reinterpret_cast<Function*>(dlsym(library, name));
  if (function == nullptr && missing == nullptr) missing = name;
}

const char* read_table(void* library, CuptiApi& api) {
  const char* missing = nullptr;
#define BP_FIND(name) find(library, "cupti" #name, api.name, missing)
  BP_FIND(GetVersion);
  BP_FIND(GetResultString);
  BP_FIND(DeviceGetChipName);
  BP_FIND(ProfilerInitialize);
  BP_FIND(ProfilerDeviceSupported);
  BP_FIND(ProfilerGetCounterAvailability);
  BP_FIND(ProfilerHostInitialize);
  BP_FIND(ProfilerHostDeinitialize);
  BP_FIND(ProfilerHostGetSupportedChips);
  BP_FIND(ProfilerHostGetMetricProperties);
  BP_FIND(ProfilerHostConfigAddMetrics);
  BP_FIND(ProfilerHostGetConfigImageSize);
  BP_FIND(ProfilerHostGetConfigImage);
  BP_FIND(ProfilerHostGetNumOfPasses);
  BP_FIND(ProfilerHostEvaluateToGpuValues);
  BP_FIND(RangeProfilerEnable);
  BP_FIND(RangeProfilerDisable);
  BP_FIND(RangeProfilerGetCounterDataSize);
  BP_FIND(RangeProfilerCounterDataImageInitialize);
  BP_FIND(RangeProfilerSetConfig);
  BP_FIND(RangeProfilerStart);
  BP_FIND(RangeProfilerPushRange);
  BP_FIND(RangeProfilerPopRange);
  BP_FIND(RangeProfilerStop);
  BP_FIND(RangeProfilerDecodeData);
  BP_FIND(RangeProfilerGetCounterDataInfo);
#undef BP_FIND
  return missing;
}

std::string file_of(const void* address, const std::string& fallback) {
  Dl_info info{};
  if (dladdr(address, &info) == 0 || info.dli_fname == nullptr) return fallback;
  return info.dli_fname;
}

}  // namespace

Surroundings Surroundings::of_this_process() {
  Surroundings here;
  here.cuda_home = variable("CUDA_HOME");
  if (here.cuda_home.empty()) here.cuda_home = variable("CUDA_PATH");
  here.virtual_env = variable("VIRTUAL_ENV");
  here.conda_prefix = variable("CONDA_PREFIX");
  here.path = variable("PATH");
  here.home = variable("HOME");
  return here;
}

std::vector<fs::path> toolkit_cuptis(const Surroundings& here, int newest_major) {
  Files files(newest_major);
  if (fs::path(here.cuda_home).is_absolute()) files.add_toolkit(here.cuda_home);
  std::vector<std::string> toolkits;
  for (const std::string& name : names_in(here.root / "usr/local")) {
    if (name == "cuda" || name.starts_with("cuda-")) toolkits.push_back(name);
  }
  std::ranges::stable_sort(toolkits, newer_toolkit);
  for (const std::string& name : toolkits) files.add_toolkit(here.root / "usr/local" / name);
  files.add_toolkit(here.root / "opt/cuda");
  return files.take();
}

std::vector<fs::path> wheel_cuptis(const Surroundings& here, int newest_major) {
  Files files(newest_major);
  for (const std::string& prefix : {here.virtual_env, here.conda_prefix}) {
    if (fs::path(prefix).is_absolute()) files.add_prefix(prefix);
  }
  // The prefix of the python that a shell would start, which is not started here.
  for (const fs::path& folder : program_folders(here.path)) {
    std::error_code error;
    if (fs::exists(folder / "python3", error) || fs::exists(folder / "python", error)) {
      files.add_prefix(folder.parent_path());
      break;
    }
  }
  if (fs::path(here.home).is_absolute()) files.add_prefix(fs::path(here.home) / ".local");
  files.add_prefix(here.root / "usr/local");
  files.add_prefix(here.root / "usr");
  return files.take();
}

std::vector<std::string> loader_names(int newest_major) {
  std::vector<std::string> names;
  for (int major = newest_major; major >= oldest_major; --major)
    names.push_back(std::string(stem) + "." + std::to_string(major));
  return names;
}

std::string cupti_version_text(unsigned version) {
  const std::string api = "API " + std::to_string(version);
  // From CUDA 13.0 on the number is that of the toolkit, before it was counted up
  // (cupti_version.h).
  if (version < 130000) return api;
  return std::to_string(version / 10000) + "." + std::to_string(version / 100 % 100) + " (" + api +
         ")";
}

std::variant<Cupti, Reason> load_cupti(const Surroundings& here, int newest_major,
                                       bool fake_driver) {
  std::vector<std::string> names;
  if (!fake_driver) {
    for (const fs::path& file : toolkit_cuptis(here, newest_major)) names.push_back(file.string());
  }
  for (std::string& name : loader_names(newest_major)) names.push_back(std::move(name));
  if (!fake_driver) {
    for (const fs::path& file : wheel_cuptis(here, newest_major)) names.push_back(file.string());
  }
  std::string detail =
      fake_driver ? "the driver is a fake one, which only a fake CUPTI can count" : std::string{};
  std::optional<Reason> too_old;
  for (const std::string& name : names) {
    void* library = dlopen(name.c_str(), RTLD_NOW | RTLD_LOCAL);
    if (library == nullptr) {
      const char* message = dlerror();
      // A file that is there and cannot be loaded is worth a word.
      if (name.starts_with("/") && message != nullptr) detail = message;
      continue;
    }
    if ((dlsym(library, "blackwell_probe_fake_cupti") != nullptr) != fake_driver) continue;
    Cupti cupti;
    if (const char* missing = read_table(library, cupti.api)) {
      too_old = make_reason("cupti_too_old", name + " has no " + missing);
      continue;
    }
    cupti.file = file_of(reinterpret_cast<const void*>(cupti.api.GetVersion), name);
    std::uint32_t version = 0;
    cupti.api.GetVersion(&version);
    cupti.name = std::string(fake_driver ? "fake " : "") + "CUPTI " + cupti_version_text(version);
    return cupti;
  }
  if (too_old) return *too_old;
  return make_reason("no_cupti", detail);
}

}  // namespace bp
