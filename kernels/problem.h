// What all benchmark problems share: inputs and the reference's results are made once for a shape,
// whichever kernel and tuning runs over them; machine code is loaded once for all shapes and
// copies, as the driver may need seconds to assemble it.
//
// A kernel gives what differs, a class Bench with
//   Inputs, Expected  what the host makes, and what the reference makes of it or of a sample of it
//   Image             machine code: ModuleImage where it is one module
//   Choice            which entry is launched, and how
//   Run               buffers on the GPU, with poison() and enqueue()
//   KernelWork work(const Inputs&) const
//   Image load(const Gpu&, Tuning) const
//   ChosenEntry<Choice> choose(const Gpu&, const Image&, const Inputs&, Tuning) const
//   Run run(const Gpu&, const Module&, const Inputs&, const Choice&) const
//   Expected expected(const Inputs&) const
//   void verify(Run&, const Inputs&, const Expected&, std::chrono::milliseconds timeout) const
// which throw as the members of KernelProblem and KernelRun do that they stand for.
#pragma once

#include <optional>
#include <utility>

#include "kernels/kernel.h"
#include "probes/image/image.h"

namespace bp {

template <typename Choice>
struct ChosenEntry {
  const ModuleImage& image;
  Choice choice;
  std::string name{};       // of the entry
  std::string_view unit{};  // LoadedProblem::unit
};

/// Of one shape.
template <typename Inputs, typename Expected>
struct ProblemData {
  Inputs inputs;
  std::optional<Expected> expected{};  // once it was needed
};

/// What two problems can have in common.
template <typename Inputs, typename Expected>
class ProblemWithData : public KernelProblem {
 public:
  using Data = ProblemData<Inputs, Expected>;
  explicit ProblemWithData(std::shared_ptr<Data> data) : data_(std::move(data)) {}
  const std::shared_ptr<Data>& data() const { return data_; }

 private:
  std::shared_ptr<Data> data_;
};

template <typename Bench>
class ProblemOf final : public ProblemWithData<typename Bench::Inputs, typename Bench::Expected> {
  using Base = ProblemWithData<typename Bench::Inputs, typename Bench::Expected>;
  using Data = typename Base::Data;
  using Choice = typename Bench::Choice;

 public:
  ProblemOf(Bench bench, std::shared_ptr<Data> data)
      : Base(std::move(data)), bench_(std::move(bench)) {}

  KernelWork work() const override { return bench_.work(this->data()->inputs); }
  std::unique_ptr<LoadedProblem> load(const Gpu& gpu, Tuning tuning,
                                      std::any& image) const override {
    using Image = typename Bench::Image;
    if (!image.has_value()) image = std::make_shared<const Image>(bench_.load(gpu, tuning));
    auto loaded = std::any_cast<std::shared_ptr<const Image>>(image);
    return std::make_unique<Loaded>(bench_, gpu, *this->data(), tuning, *loaded);
  }

 private:
  class Copy final : public KernelRun {
   public:
    Copy(const Bench& bench, const Gpu& gpu, const ChosenEntry<Choice>& entry, Data& data)
        : bench_(bench),
          data_(data),
          run_(bench.run(gpu, *entry.image.module, data.inputs, entry.choice)) {}
    void poison() override { run_.poison(); }
    void enqueue() override { run_.enqueue(); }
    void verify(std::chrono::milliseconds timeout) override {
      if (!data_.expected) data_.expected.emplace(bench_.expected(data_.inputs));
      bench_.verify(run_, data_.inputs, *data_.expected, timeout);
    }

   private:
    const Bench& bench_;
    Data& data_;
    typename Bench::Run run_;
  };

  class Loaded final : public LoadedProblem {
   public:
    Loaded(const Bench& bench, const Gpu& gpu, Data& data, Tuning tuning,
           const typename Bench::Image& image)
        : bench_(bench),
          gpu_(gpu),
          data_(data),
          entry_(bench.choose(gpu, image, data.inputs, tuning)) {}
    std::string image() const override {
      return entry_.image.text + (entry_.name.empty() ? "" : ", " + entry_.name);
    }
    std::string_view unit() const override { return entry_.unit; }
    std::unique_ptr<KernelRun> upload() const override {
      return std::make_unique<Copy>(bench_, gpu_, entry_, data_);
    }

   private:
    const Bench& bench_;
    const Gpu& gpu_;
    Data& data_;
    ChosenEntry<Choice> entry_;
  };

  Bench bench_;
};

/// Kernel::make_problem. `make` gives the inputs where `like` has none of this kind.
template <typename Bench, typename Make>
std::unique_ptr<KernelProblem> problem_of(Bench bench, const KernelProblem* like,
                                          const Make& make) {
  using Base = ProblemWithData<typename Bench::Inputs, typename Bench::Expected>;
  const auto* same = dynamic_cast<const Base*>(like);
  auto data = same != nullptr
                  ? same->data()
                  : std::make_shared<typename Base::Data>(typename Base::Data{make(), {}});
  return std::make_unique<ProblemOf<Bench>>(std::move(bench), std::move(data));
}

}  // namespace bp
