// LD_PRELOADed into a program that runs under qemu's user emulation: lets it start itself, and
// other programs of its own architecture. The emulator passes execve on to the kernel, which cannot
// run the guest's code unless somebody has set up binfmt_misc; here the emulator itself is started
// instead, with the program as its argument.
//
// BP_EMULATOR holds the emulator's absolute path and its arguments, one a line; among them this
// library, as
// "-E" and "LD_PRELOAD=PATH". It is not left in the environment: programs of the host could not
// load it.
#include <elf.h>
#include <fcntl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <climits>
#include <cstdlib>
#include <cstring>

namespace {

constexpr int most_words = 32;
constexpr int most_arguments = 256;
#if defined(__aarch64__)
constexpr Elf64_Half own_machine = EM_AARCH64;
#elif defined(__x86_64__)
constexpr Elf64_Half own_machine = EM_X86_64;
#endif

// All is made ready when the library is loaded: between fork and exec nothing may be allocated.
struct Emulator {
  char* words[most_words] = {};
  int count = 0;
  char own_path[PATH_MAX] = {};
} emulator;

__attribute__((constructor)) void prepare() {
  unsetenv("LD_PRELOAD");
  const char* const value = getenv("BP_EMULATOR");
  if (value == nullptr) return;
  for (char* rest = strdup(value); rest != nullptr && emulator.count < most_words;) {
    char* const word = strsep(&rest, "\n");
    if (*word != '\0') emulator.words[emulator.count++] = word;
  }
  // The emulator answers with the guest's program.
  if (readlink("/proc/self/exe", emulator.own_path, PATH_MAX - 1) < 0) emulator.count = 0;
}

bool of_own_machine(const char* path) {
  const int file = open(path, O_RDONLY | O_CLOEXEC);
  if (file < 0) return false;
  Elf64_Ehdr header = {};
  const bool whole = read(file, &header, sizeof header) == sizeof header;
  close(file);
  return whole && memcmp(header.e_ident, ELFMAG, SELFMAG) == 0 && header.e_machine == own_machine;
}

int start(const char* path, char* const* arguments, char* const* environment) {
  if (strcmp(path, "/proc/self/exe") == 0 && emulator.count > 0) path = emulator.own_path;
  if (emulator.count == 0 || !of_own_machine(path)) {
    return static_cast<int>(syscall(SYS_execve, path, arguments, environment));
  }
  const char* line[most_words + most_arguments + 4];
  int length = 0;
  while (length < emulator.count) {
    line[length] = emulator.words[length];
    ++length;
  }
  line[length++] = "-0";
  line[length++] = arguments[0];
  line[length++] = path;
  for (int i = 1; arguments[0] != nullptr && arguments[i] != nullptr; ++i) {
    if (i >= most_arguments) {
      errno = E2BIG;
      return -1;
    }
    line[length++] = arguments[i];
  }
  line[length] = nullptr;
  return static_cast<int>(syscall(SYS_execve, line[0], line, environment));
}

}  // namespace

extern "C" {

__attribute__((visibility("default"))) int execve(const char* path, char* const arguments[],
                                                  char* const environment[]) noexcept {
  return start(path, arguments, environment);
}

__attribute__((visibility("default"))) int execv(const char* path,
                                                 char* const arguments[]) noexcept {
  return start(path, arguments, environ);
}
}
