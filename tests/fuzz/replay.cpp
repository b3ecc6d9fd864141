// Instead of libFuzzer's main: gives a fuzz target the files that are named, and those in the
// folders that are named. Whatever is wrong ends the program: a crash, a sanitizer, an exception.
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

// NOLINTNEXTLINE(readability-identifier-naming): libFuzzer calls it so.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace {

namespace fs = std::filesystem;

/// False if the file cannot be read.
bool replay(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  const std::string bytes{std::istreambuf_iterator<char>(file), {}};
  if (!file) return false;
  std::printf("%s\n", path.filename().c_str());
  std::fflush(stdout);  // the last name is that of the input that ended the program
  LLVMFuzzerTestOneInput(reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size());
  return true;
}

}  // namespace

int main(int argc, char** argv) {
  int replayed = 0;
  for (int i = 1; i < argc; ++i) {
    const fs::path path = argv[i];
    int here = 0;
    if (fs::is_directory(path)) {
      for (const auto& entry : fs::directory_iterator(path)) here += replay(entry.path()) ? 1 : 0;
    } else {
      here += replay(path) ? 1 : 0;
    }
    if (here == 0) {
      std::fprintf(stderr, "%s: no input is there\n", path.c_str());
      return 1;
    }
    replayed += here;
  }
  std::printf("%d inputs replayed\n", replayed);
  return replayed > 0 ? 0 : 1;
}
