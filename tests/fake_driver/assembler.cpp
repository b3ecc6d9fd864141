#include "tests/fake_driver/assembler.h"

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>

#include "tests/fake_driver/trace.h"

extern char** environ;

namespace bp::fake {
namespace {

namespace fs = std::filesystem;

/// A folder that goes away with its files.
class ScratchFolder {
 public:
  ScratchFolder() {
    std::string name = (fs::temp_directory_path() / "fake-driver-XXXXXX").string();
    if (mkdtemp(name.data()) == nullptr) throw MachineError("cannot make a temporary folder");
    path_ = name;
  }
  ~ScratchFolder() {
    std::error_code ignored;
    fs::remove_all(path_, ignored);
  }
  ScratchFolder(const ScratchFolder&) = delete;
  const fs::path& path() const { return path_; }

 private:
  fs::path path_;
};

std::string read_text(const fs::path& file) {
  std::ifstream stream(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(stream), {}};
}

/// The machine cannot be played; the worker ends as one whose driver gives up. The trace tells the
/// tests why.
[[noreturn]] void give_up(const std::string& sentence) {
  trace("cannot play: " + sentence);
  std::fprintf(stderr, "fake driver: %s\n", sentence.c_str());
  std::_Exit(70);
}

std::string ptxas_of(const Machine& machine) {
  const bool of_build = machine.assembler == "build";
  const char* const variable =
      of_build ? "BLACKWELL_PROBE_FAKE_PTXAS" : "BLACKWELL_PROBE_FAKE_ASSEMBLERS";
  const char* const value = std::getenv(variable);
  std::string path = value != nullptr ? value : "";
  if (!of_build && !path.empty()) path += "/" + machine.assembler + "/ptxas";
  if (path.empty() || access(path.c_str(), X_OK) != 0) {
    give_up(
        "the machine " + machine.id + " needs ptxas" + (of_build ? "" : " " + machine.assembler) +
        ": set " + variable +
        (of_build ? " to its path" : " to a folder that holds " + machine.assembler + "/ptxas"));
  }
  return path;
}

/// Every descriptor of this process from 3 on; one that is gone by then does no harm to a spawn.
void close_others(posix_spawn_file_actions_t& actions) {
  std::error_code ignored;
  for (const auto& entry : fs::directory_iterator("/proc/self/fd", ignored)) {
    const int number = std::atoi(entry.path().filename().c_str());
    if (number > 2) posix_spawn_file_actions_addclose(&actions, number);
  }
}

/// Exit status of the program; its output goes to `log`. No other descriptor is inherited: the
/// worker's pipe must close when the worker dies.
int run(const std::vector<std::string>& arguments, const fs::path& log) {
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_addopen(&actions, 1, log.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600);
  posix_spawn_file_actions_adddup2(&actions, 1, 2);
  close_others(actions);
  std::vector<char*> argv;
  for (const auto& argument : arguments) argv.push_back(const_cast<char*>(argument.c_str()));
  argv.push_back(nullptr);
  pid_t child = 0;
  const int error = posix_spawn(&child, argv[0], &actions, nullptr, argv.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  if (error != 0) give_up("the assembler " + arguments.front() + " cannot be started");
  int status = 0;
  while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128;
}

void replace_all(std::string& text, const std::string& from, const std::string& to) {
  for (auto at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size()))
    text.replace(at, from.size(), to);
}

std::string number_name(ComputeCapability cc) { return "sm_" + std::to_string(cc.number()); }

/// The target named by the text's `.target` directive, if it has that form.
std::optional<Target> target_of_text(std::string_view ptx) {
  const auto at = ptx.find(".target");
  if (at == std::string_view::npos) return std::nullopt;
  const auto begin = ptx.find("sm_", at);
  if (begin == std::string_view::npos) return std::nullopt;
  const auto end = ptx.find_first_of(" ,\t\r\n", begin);
  return parse_target(ptx.substr(begin, end - begin));
}

/// What the driver assembles for when it is not told: its own GPU, with the suffix of the text.
Target default_target(const FakeGpu& gpu, std::optional<Target> named) {
  if (!named) return {gpu.cc, Suffix::none};
  if (named->suffix == Suffix::architecture && named->cc != gpu.cc) return {gpu.cc, Suffix::none};
  return {gpu.cc, named->suffix};
}

/// ptxas names the file, the driver does not have one (facts seen on a driver 580.159.04):
/// "ptxas /tmp/x/in.ptx, line 7; error   : ..." -> "ptxas application ptx input, line 7; error   :
/// ..."
void split_log(const std::string& log, const std::string& file, Assembled& result) {
  std::istringstream lines(log);
  for (std::string line; std::getline(lines, line);) {
    replace_all(line, "ptxas " + file, "ptxas application ptx input");
    const bool bad =
        line.find("error   :") != std::string::npos || line.find("fatal   :") != std::string::npos;
    (bad ? result.errors : result.infos).append(line).append("\n");
  }
}

CUresult result_of(const Assembled& assembled) {
  // A target that this assembler does not know: the driver says so of the option's value.
  if (assembled.errors.find("is not defined for option 'gpu-name'") != std::string::npos)
    return CUDA_ERROR_INVALID_VALUE;
  if (assembled.errors.find("Unsupported .version") != std::string::npos)
    return CUDA_ERROR_UNSUPPORTED_PTX_VERSION;
  return CUDA_ERROR_INVALID_PTX;
}

/// The stand-in's machine code under the number of the GPU (ABI 8: bits 8 to 15 of e_flags).
void renumber(std::vector<std::uint8_t>& cubin, ComputeCapability cc) {
  constexpr std::size_t flags_offset = 0x30;
  if (cubin.size() > flags_offset + 4)
    cubin[flags_offset + 1] = static_cast<std::uint8_t>(cc.number());
}

}  // namespace

std::optional<Target> target_of_jit_option(std::uint32_t value) {
  const std::uint32_t number = value & 0xffffu;
  const std::uint32_t kind = value >> 16;
  if (number < 10 || number > 999 || kind > 2) return std::nullopt;
  constexpr std::array suffixes{Suffix::none, Suffix::architecture, Suffix::family};
  return Target{{static_cast<int>(number / 10), static_cast<int>(number % 10)}, suffixes[kind]};
}

Assembled assemble(const Machine& machine, const FakeGpu& gpu, std::string_view ptx,
                   std::optional<Target> target) {
  const std::string ptxas = ptxas_of(machine);
  std::string text(ptx.substr(0, ptx.find('\0')));
  const auto named = target_of_text(text);
  if (!target) target = default_target(gpu, named);
  const bool stands_in = gpu.stand_in && target->cc == gpu.cc;
  std::string name = to_string(*target);
  if (stands_in) {
    replace_all(text, number_name(gpu.cc), number_name(*gpu.stand_in));
    replace_all(name, number_name(gpu.cc), number_name(*gpu.stand_in));
  }

  const ScratchFolder folder;
  const fs::path input = folder.path() / "in.ptx";
  const fs::path output = folder.path() / "out.cubin";
  const fs::path log_file = folder.path() / "log";
  std::ofstream(input, std::ios::binary) << text;
  const int status = run({ptxas, "-arch=" + name, input.string(), "-o", output.string()}, log_file);

  std::string log = read_text(log_file);
  if (stands_in) replace_all(log, number_name(*gpu.stand_in), number_name(gpu.cc));
  Assembled result;
  split_log(log, input.string(), result);
  if (status == 0) {
    const std::string cubin = read_text(output);
    result.cubin.assign(cubin.begin(), cubin.end());
    if (stands_in) renumber(result.cubin, gpu.cc);
  } else {
    result.result = result_of(result);
    // An option that is refused leaves nothing to log.
    if (result.result == CUDA_ERROR_INVALID_VALUE) result.errors.clear();
  }
  trace("assemble " + to_string(*target) + (status == 0 ? " accepted" : " refused"));
  return result;
}

}  // namespace bp::fake
