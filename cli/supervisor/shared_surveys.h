// Surveys that belong to no single GPU: of pairs of GPUs, and of the host. One after the other, in
// a worker that is replaced when it breaks.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "cli/supervisor/interrupts.h"
#include "cli/supervisor/question.h"
#include "cli/supervisor/supervisor.h"

namespace bp {

class SharedSurveys {
 public:
  using Note = std::function<void(std::string line)>;
  SharedSurveys(const ProbePlan& plan, const ProbeProgress& progress, const WorkerProgram& program,
                Interrupts& interrupts)
      : plan_(plan), progress_(progress), program_(program), interrupts_(interrupts) {}

  /// One result for each planned survey and pair of `gpus`; what happened to workers is noted.
  std::vector<SurveyResult> run(const std::vector<int>& gpus, const Note& note);

  bool interrupted() const { return interrupted_; }
  /// Workers that did not die.
  std::vector<std::string>& stuck() { return stuck_; }

 private:
  SurveyResult measure(const SurveyRequest& request, const Note& note);
  SurveyResult ask(const SurveyRequest& request, const Note& note);
  void give_up(std::unique_ptr<WorkerProcess> process, const std::string& doing);

  const ProbePlan& plan_;
  const ProbeProgress& progress_;
  const WorkerProgram& program_;
  Interrupts& interrupts_;
  std::unique_ptr<WorkerProcess> worker_;  // idle between two items
  bool interrupted_ = false;
  std::vector<std::string> stuck_;
};

}  // namespace bp
