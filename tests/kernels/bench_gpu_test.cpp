// A session of `bench` on a GPU, with a kernel that fills memory.
#include <gtest/gtest.h>

#include "kernels/bench/session.h"
#include "probes/driver/outcome.h"
#include "probes/registry/reason.h"
#include "tests/kernels/on_gpu.h"

namespace bp {
namespace {

int uploads = 0;
int loads = 0;
int problems = 0;
int likes = 0;  // problems that were made like another

class FillRun : public KernelRun {
 public:
  FillRun(const Gpu& gpu, std::size_t bytes, bool wrong)
      : gpu_(gpu), buffer_(gpu, bytes), wrong_(wrong) {
    ++uploads;
  }
  void poison() override { buffer_.fill(0xff); }
  void enqueue() override { buffer_.fill(0x11); }
  void verify(std::chrono::milliseconds timeout) override {
    gpu_.wait(timeout);
    std::uint8_t last = 0;
    buffer_.download({&last, 1}, buffer_.size() - 1);
    if (wrong_ || last != 0x11) throw WrongOutput(make_reason("wrong_value", "planted"));
  }

 private:
  const Gpu& gpu_;
  DeviceBuffer buffer_;
  bool wrong_;
};

class LoadedFill : public LoadedProblem {
 public:
  LoadedFill(const Gpu& gpu, std::size_t bytes, bool wrong)
      : gpu_(gpu), bytes_(bytes), wrong_(wrong) {
    ++loads;
  }
  std::string image() const override { return "none"; }
  std::unique_ptr<KernelRun> upload() const override {
    return std::make_unique<FillRun>(gpu_, bytes_, wrong_);
  }

 private:
  const Gpu& gpu_;
  std::size_t bytes_;
  bool wrong_;
};

class FillProblem : public KernelProblem {
 public:
  FillProblem(std::size_t bytes, bool wrong) : bytes_(bytes), wrong_(wrong) {}
  KernelWork work() const override { return {0, static_cast<double>(bytes_), {}}; }
  std::unique_ptr<LoadedProblem> load(const Gpu& gpu, Tuning, std::any&) const override {
    return std::make_unique<LoadedFill>(gpu, bytes_, wrong_);
  }

 private:
  std::size_t bytes_;
  bool wrong_;
};

std::vector<KernelShape> fill_shapes() { return {{"large", {}}, {"small", {}}, {"wrong", {}}}; }

std::unique_ptr<KernelProblem> fill_problem(std::size_t index, std::uint64_t,
                                            const KernelProblem* like) {
  ++problems;
  likes += like != nullptr;
  const std::size_t bytes = index == 1 ? 4096 : std::size_t{16} << 20;
  return std::make_unique<FillProblem>(bytes, index == 2);
}

/// Of another path.
std::unique_ptr<KernelProblem> other_problem(std::size_t index, std::uint64_t seed,
                                             const KernelProblem* like) {
  return fill_problem(index, seed, like);
}

class BenchOnGpu : public test::KernelOnGpu {
 protected:
  void SetUp() override {
    test::KernelOnGpu::SetUp();
    uploads = loads = problems = likes = 0;
  }
  static Kernel fill_kernel() {
    Kernel kernel{};
    kernel.id = "test.fill.simt";
    kernel.shapes = fill_shapes;
    kernel.make_problem = fill_problem;
    return kernel;
  }
  BenchRow row(const char* shape, bool warm = false) {
    const Kernel kernel = fill_kernel();
    bench::Session session(gpu());
    return session.row(kernel, shape, Tuning::free, {.warm = warm, .least_seconds = 0.02});
  }
};

TEST_F(BenchOnGpu, InputsAreRotatedPastL2) {
  const BenchRow large = row("large");
  ASSERT_EQ(large.status, Status::measured) << (large.reason ? large.reason->sentence : "");
  const double l2 = gpu().attribute(CU_DEVICE_ATTRIBUTE_L2_CACHE_SIZE);
  EXPECT_EQ(large.l2, "cold");
  EXPECT_GE(static_cast<double>(large.copies) * large.bytes, 3 * l2);
  EXPECT_EQ(large.copies, uploads);
  EXPECT_EQ(loads, 1);
  ASSERT_TRUE(large.time);
  EXPECT_GT(large.time->iterations, 1);
  EXPECT_LE(large.time->least, large.time->median);
  EXPECT_LE(large.time->median, large.time->most);
  // 16 MiB in less than a nanosecond, or more than a second, is no measurement.
  EXPECT_GT(large.time->median, 1e-9);
  EXPECT_LT(large.time->median, 1);
}

TEST_F(BenchOnGpu, WhatIsTooSmallForThatSaysSo) {
  const BenchRow small = row("small");
  EXPECT_EQ(small.l2, "mixed");
  EXPECT_EQ(small.copies, 512);
}

TEST_F(BenchOnGpu, WarmIsOneCopy) {
  const BenchRow warm = row("large", true);
  EXPECT_EQ(warm.l2, "warm");
  EXPECT_EQ(uploads, 1);
}

TEST_F(BenchOnGpu, AWrongResultHasNoTime) {
  const BenchRow wrong = row("wrong");
  EXPECT_EQ(wrong.status, Status::wrong_result);
  EXPECT_FALSE(wrong.time);
  EXPECT_EQ(uploads, 1);
}

TEST_F(BenchOnGpu, InputsAreMadeOnceForAShape) {
  const Kernel one = fill_kernel();
  Kernel other = one;
  other.id = "test.fill.wgmma";
  other.make_problem = other_problem;
  bench::Session session(gpu());
  const bench::Settings settings{.warm = true, .least_seconds = 0.001};
  session.row(one, "large", Tuning::free, settings);
  session.row(one, "large", Tuning::portable, settings);
  EXPECT_EQ(problems, 1);
  EXPECT_EQ(loads, 2);
  session.row(other, "large", Tuning::free, settings);
  EXPECT_EQ(problems, 2);
  EXPECT_EQ(likes, 1);
  session.row(other, "small", Tuning::free, settings);
  EXPECT_EQ(problems, 3);
  EXPECT_EQ(likes, 1) << "another shape has other inputs";
}

TEST_F(BenchOnGpu, TheCopyIsAYardstick) {
  bench::Session session(gpu());
  const BenchYardstick copy = session.yardstick("copy", {});
  ASSERT_EQ(copy.status, Status::measured);
  ASSERT_EQ(copy.values.size(), 1u);
  EXPECT_GT(copy.values[0], 1e9);
  EXPECT_EQ(session.yardstick("no.such.unit", {}).status, Status::blocked);
}

}  // namespace
}  // namespace bp
