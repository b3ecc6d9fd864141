// JUnit XML, valid by the schema of Jenkins' xUnit plugin, and by Ant's but that skips have a type.
// Neither knows properties of a single test, and Ant's no output of one.
#pragma once

#include <span>
#include <string>
#include <utility>
#include <vector>

namespace bp::junit {

enum class Outcome : unsigned char {
  passed,
  failed,   // the wrong answer
  error,    // no answer: it crashed or did not end
  skipped,  // not a pass: `type` and `message` say why there is no answer
};

struct TestCase {
  std::string classname;  // "gpu0.features"
  std::string name;       // "wgmma.bf16"
  double seconds = 0;     // 0 where nobody took the time
  Outcome outcome = Outcome::passed;
  std::string type{};     // of what is not a pass: "not_on_target"
  std::string message{};  // one line
  std::string details{};  // more lines; nothing of a pass is written but its name
};

struct TestSuite {
  std::string name;
  std::string timestamp{};  // UTC, ISO 8601
  std::vector<std::pair<std::string, std::string>> properties{};
  std::vector<TestCase> cases{};
  std::string output{};  // what there is to say about passes too
};

/// The document. Any text may hold anything: what XML cannot hold is written as an escape.
std::string write(std::span<const TestSuite> suites);

}  // namespace bp::junit
