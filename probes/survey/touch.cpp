#include "probes/survey/touch.h"

#include <algorithm>

#include "probes/survey/launch.h"

namespace bp {
namespace {

std::uint32_t touched_word(std::uint32_t word, std::size_t index) {
  return word * 2654435761u + static_cast<std::uint32_t>(index);  // touch.cu has the same
}

}  // namespace

void touch(SurveyRun& run, const Gpu& gpu, CUdeviceptr address, std::size_t words) {
  const CUfunction function = run.entry(gpu, "touch", "bp_survey_touch");
  gpu.bind();
  launch_and_wait(run, gpu, function, shape(64, 256), address, static_cast<unsigned>(words));
}

std::vector<std::uint32_t> pattern(std::size_t words, std::uint32_t key) {
  std::vector<std::uint32_t> made(words);
  for (std::size_t i = 0; i < words; ++i)
    made[i] = (static_cast<std::uint32_t>(i) ^ key) * 0x9e3779b9u + key;
  return made;
}

std::vector<std::uint32_t> touched(std::vector<std::uint32_t> words) {
  for (std::size_t i = 0; i < words.size(); ++i) words[i] = touched_word(words[i], i);
  return words;
}

void expect_equal(std::span<const std::uint32_t> seen, std::span<const std::uint32_t> expected,
                  const std::string& where) {
  const auto [at, want] = std::ranges::mismatch(seen, expected);
  if (at == seen.end() && want == expected.end()) return;
  throw WrongOutput(make_reason("wrong_value", where + ", word " +
                                                   std::to_string(at - seen.begin()) + " of " +
                                                   std::to_string(expected.size())));
}

void exchange(SurveyRun& run, std::span<std::uint32_t> host, CUdeviceptr address) {
  std::vector<std::uint32_t> words = pattern(host.size(), 0x5eed);
  for (int round = 0; round < 2; ++round) {
    std::ranges::copy(words, host.begin());
    touch(run, run.gpu(), address, host.size());
    words = touched(std::move(words));
    expect_equal(host, words, "memory that the CPU and the GPU share");
    words[words.size() / 2] ^= 1;  // the CPU alone knows it
  }
}

void exchange_by_copy(SurveyRun& run, const Gpu& gpu, CUdeviceptr address, std::size_t count) {
  std::vector<std::uint32_t> words = pattern(count, 0xc0de);
  const std::size_t bytes = count * sizeof(std::uint32_t);
  gpu.bind();
  for (int round = 0; round < 2; ++round) {
    gpu.check(run.api().MemcpyHtoDAsync(address, words.data(), bytes, gpu.stream()),
              "cuMemcpyHtoDAsync");
    touch(run, gpu, address, count);
    std::vector<std::uint32_t> seen(count);
    gpu.check(run.api().MemcpyDtoHAsync(seen.data(), address, bytes, gpu.stream()),
              "cuMemcpyDtoHAsync");
    run.wait(gpu);
    words = touched(std::move(words));
    expect_equal(seen, words, "memory of the GPU");
    words[count / 2] ^= 1;
  }
}

}  // namespace bp
