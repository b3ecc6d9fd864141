// Memory that the GPU reads and writes: proved by what it makes of the words in it.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <utility>

#include "probes/survey/survey.h"

namespace bp {

/// Most surveys use so much, where 5 % of the free memory are more.
inline constexpr std::size_t touched_bytes = std::size_t{2} << 20;

/// The GPU changes every word, and the process waits for it.
void touch(SurveyRun& run, const Gpu& gpu, CUdeviceptr address, std::size_t words);

/// Memory that both reach: the CPU writes, the GPU changes, the CPU compares; then once more from
/// there, with one word changed by the CPU alone. Throws WrongOutput.
void exchange(SurveyRun& run, std::span<std::uint32_t> host, CUdeviceptr address);

/// The same for memory of the GPU alone, through copies.
void exchange_by_copy(SurveyRun& run, const Gpu& gpu, CUdeviceptr address, std::size_t words);

/// Words that no other buffer holds, and what one touch makes of them.
std::vector<std::uint32_t> pattern(std::size_t words, std::uint32_t key);
std::vector<std::uint32_t> touched(std::vector<std::uint32_t> words);
/// Throws WrongOutput that names the first word that differs.
void expect_equal(std::span<const std::uint32_t> seen, std::span<const std::uint32_t> expected,
                  const std::string& where);

/// Gives back what was taken, unless the GPU is lost: then nothing may be freed any more.
class Undo {
 public:
  Undo(const Gpu& gpu, std::function<void()> undo) : gpu_(gpu), undo_(std::move(undo)) {}
  ~Undo() {
    if (!gpu_.lost()) undo_();
  }
  Undo(const Undo&) = delete;

 private:
  const Gpu& gpu_;
  std::function<void()> undo_;
};

}  // namespace bp
