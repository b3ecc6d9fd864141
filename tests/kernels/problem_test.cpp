// Problems of a benchmark share what can be shared; on a GPU that is a table of functions.
#include "kernels/problem.h"

#include <gtest/gtest.h>

#include "probes/driver/outcome.h"
#include "probes/registry/reason.h"
#include "tests/engine/table_driver.h"

namespace bp {
namespace {

struct Counts {
  int inputs = 0;
  int expected = 0;
  int loads = 0;
  int runs = 0;
};

/// Of one path; an answer is right if it is twice the input.
struct CountedBench {
  using Inputs = int;
  using Expected = int;
  using Image = ModuleImage;
  struct Choice {
    int factor;
  };
  struct Run {
    const int& input;
    int factor;
    int output = -1;
    void poison() { output = -1; }
    void enqueue() { output = input * factor; }
  };

  Counts* counts;
  int factor = 2;

  KernelWork work(const Inputs& inputs) const { return {0, static_cast<double>(inputs), {}}; }
  Image load(const Gpu& gpu, Tuning tuning) const {
    ++counts->loads;
    const std::string text = ".version 7.0\n.target sm_80\n";
    std::vector<std::uint8_t> bytes(text.begin(), text.end());
    bytes.push_back(0);
    return {std::make_unique<Module>(gpu, bytes), {}, "image " + std::string(to_string(tuning))};
  }
  ChosenEntry<Choice> choose(const Gpu&, const Image& image, const Inputs&, Tuning) const {
    return {image, {factor}, "entry"};
  }
  Run run(const Gpu&, const Module&, const Inputs& inputs, const Choice& choice) const {
    ++counts->runs;
    return {inputs, choice.factor};
  }
  Expected expected(const Inputs& inputs) const {
    ++counts->expected;
    return 2 * inputs;
  }
  void verify(Run& run, const Inputs&, const Expected& expected, std::chrono::milliseconds) const {
    if (run.output != expected) throw WrongOutput(make_reason("wrong_value", "planted"));
  }
};

class Problems : public testing::Test {
 protected:
  std::unique_ptr<KernelProblem> make(int input, const KernelProblem* like, int factor = 2) {
    return problem_of(CountedBench{&counts_, factor}, like, [&, input] {
      ++counts_.inputs;
      return input;
    });
  }

  static constexpr std::chrono::milliseconds timeout{100};
  Counts counts_;
  test::Behaviour behaviour_;
  Driver driver_ = test::table_driver(behaviour_);
  Gpu gpu_{driver_, 0};
};

void launch_and_verify(KernelRun& run, std::chrono::milliseconds timeout) {
  run.poison();
  run.enqueue();
  run.verify(timeout);
}

TEST_F(Problems, AnImageIsLoadedOnceForAllCopiesAndShapes) {
  std::any image;
  const auto problem = make(7, nullptr);
  const auto loaded = problem->load(gpu_, Tuning::free, image);
  for (int i = 0; i < 5; ++i) launch_and_verify(*loaded->upload(), timeout);
  const auto other = make(8, nullptr);
  const auto loaded_other = other->load(gpu_, Tuning::free, image);
  launch_and_verify(*loaded_other->upload(), timeout);
  EXPECT_EQ(counts_.loads, 1);
  EXPECT_EQ(counts_.runs, 6);
  EXPECT_EQ(loaded->image(), "image free, entry");
}

TEST_F(Problems, TheReferenceRunsOnceForAShapeWhateverThePathAndTheTuning) {
  std::any free, portable, other_path;
  auto problem = make(7, nullptr);
  launch_and_verify(*problem->load(gpu_, Tuning::free, free)->upload(), timeout);
  launch_and_verify(*problem->load(gpu_, Tuning::portable, portable)->upload(), timeout);
  EXPECT_EQ(counts_.loads, 2) << "each tuning has machine code of its own";
  auto other = make(9, problem.get());
  problem.reset();  // the inputs stay
  EXPECT_EQ(other->work().bytes, 7);
  launch_and_verify(*other->load(gpu_, Tuning::free, other_path)->upload(), timeout);
  EXPECT_EQ(counts_.inputs, 1);
  EXPECT_EQ(counts_.expected, 1);
}

TEST_F(Problems, AWrongPathIsCaughtByTheResultsThatAnotherOneWasComparedWith) {
  std::any right, wrong;
  const auto problem = make(7, nullptr);
  launch_and_verify(*problem->load(gpu_, Tuning::free, right)->upload(), timeout);
  const auto broken = make(7, problem.get(), 3);
  const auto loaded = broken->load(gpu_, Tuning::free, wrong);
  const auto run = loaded->upload();
  EXPECT_THROW(launch_and_verify(*run, timeout), WrongOutput);
  run->poison();
  EXPECT_THROW(run->verify(timeout), WrongOutput) << "an old result";
}

/// Inputs of another kind.
class OtherProblem : public KernelProblem {
 public:
  KernelWork work() const override { return {}; }
  std::unique_ptr<LoadedProblem> load(const Gpu&, Tuning, std::any&) const override {
    return nullptr;
  }
};

TEST_F(Problems, InputsOfAnotherKindAreNotTaken) {
  const OtherProblem like;
  EXPECT_EQ(make(7, &like)->work().bytes, 7);
  EXPECT_EQ(counts_.inputs, 1);
}

}  // namespace
}  // namespace bp
