#include "report/evaluate/verdict.h"

#include <algorithm>
#include <set>

#include "report/evaluate/dispatch.h"
#include "report/evaluate/versions.h"

namespace bp {
namespace {

bool names_a_feature(const Expression& expression) {
  return expression.kind == Expression::Kind::feature ||
         std::ranges::any_of(expression.parts, names_a_feature);
}

void collect_shape(const Expression& expression, const Shape& shape, std::set<std::string>& asked) {
  for (const Expression& part : expression.parts) collect_shape(part, shape, asked);
  if (expression.kind != Expression::Kind::comparison) return;
  for (const auto& [name, member] : shape_numbers) {
    if (const auto& value = shape.*member; value && name == expression.name)
      asked.insert(expression.name + " " + std::to_string(*value));
  }
}

/// " for topk 2048", where the needs depend on it.
std::string for_shape(const Expression& needs, const Shape& shape) {
  std::set<std::string> asked;
  collect_shape(needs, shape, asked);
  if (asked.empty()) return {};
  return " for " + in_words({asked.begin(), asked.end()});
}

std::string capitalised(std::string text) {
  if (!text.empty() && text[0] >= 'a' && text[0] <= 'z') text[0] = static_cast<char>(text[0] - 32);
  return text;
}

/// Decides one kernel: first by the hardware, then by what is not known, then by the library.
class Decision {
 public:
  Decision(const Backend& backend, const Ground& ground, BackendResult& result)
      : backend_(backend),
        ground_(ground),
        result_(result),
        here_(ground.subject().in_hand ? "this GPU" : "this target (expected)"),
        dispatch_(dispatch_of(backend, ground)) {}

  void decide() {
    if (!backend_.needs) {
      say(Verdict::unknown, "What it needs of the hardware is not known to the catalogue.");
      add_refusal();
    } else {
      decide_by(judge(*backend_.needs, ground_));
    }
    add_minima();
  }

 private:
  void say(Verdict verdict, std::string reason) {
    result_.verdict = verdict;
    result_.reason = std::move(reason);
  }

  void decide_by(const Judged& needs) {
    result_.evidence = needs.evidence;
    for (const std::string& id : needs.emulated) result_.notes.push_back("emulated: " + id);
    if (needs.have >= Have::less) return missing(needs);
    if (needs.have == Have::broken) {
      return say(Verdict::at_risk, "Needs " + in_words(needs.culprits) +
                                       ", which gave a wrong result or crashed here.");
    }
    if (needs.have == Have::unknown) return not_known(needs);
    if (!ground_.something_works()) {
      return say(Verdict::unknown,
                 "It needs nothing that is missing, but no feature is known to work for " + here_ +
                     ", so nothing certain is known.");
    }
    if (const std::string old = too_old(); !old.empty()) return say(Verdict::unknown, old);
    const bool not_taken = needs.way == Way::other || dispatch_.admits() == false;
    // Where images alone are known, nobody knows whether the hardware has what is in them.
    if (needs.have == Have::unbuilt && (!not_taken || !names_a_feature(*backend_.needs)))
      return not_built(needs);
    if (not_taken) return not_dispatched(needs);
    if (!dispatch_.gate && dispatch_.asks.empty()) {
      return say(Verdict::unknown,
                 "The hardware has all it needs, but what its own dispatcher admits is not known.");
    }
    runs();
    for_some_shapes(needs);
  }

  void missing(const Judged& needs) {
    const std::string what = in_words(needs.culprits);
    const std::string shape = for_shape(*backend_.needs, ground_.shape());
    if (dispatch_.admits() != true)
      return say(Verdict::no_hardware, "Needs " + what + shape + ", which " + here_ + " lacks.");
    say(Verdict::at_risk, "Its gate admits " + here_ + ", but " + what +
                              (needs.culprits.size() == 1 ? " is" : " are") + " missing" + shape +
                              ": expect a crash or a refusal by the driver.");
  }

  void not_known(const Judged& needs) {
    say(Verdict::unknown, "Needs " + in_words(needs.culprits) +
                              ", of which nothing certain is known for " + here_ + ".");
  }

  /// It runs, if not with every shape: which ones, an answer for a given shape tells.
  void for_some_shapes(const Judged& needs) {
    std::vector<std::string> asks = dispatch_.asks;
    if (needs.way == Way::depends) asks.insert(asks.end(), needs.asks.begin(), needs.asks.end());
    if (!asks.empty()) result_.notes.push_back("not for every shape: " + depends_on(asks));
  }

  /// The versions that it needs, by what they are of.
  std::vector<std::pair<std::string, std::string>> minima() const {
    std::vector<std::pair<std::string, std::string>> list;
    if (!backend_.cuda.empty()) list.emplace_back("CUDA", backend_.cuda);
    if (!backend_.driver.empty()) list.emplace_back("driver", backend_.driver);
    return list;
  }

  /// Of a target not in hand no driver is known; of a "no" no driver changes anything.
  void add_minima() {
    const Subject& subject = ground_.subject();
    const bool open = result_.verdict == Verdict::runs || result_.verdict == Verdict::unknown;
    if (!subject.in_hand && open) {
      for (const auto& [what, version] : minima())
        result_.notes.push_back("needs " + what + " " + version + " or newer");
    }
    if (subject.in_hand && result_.verdict == Verdict::runs && !backend_.cuda.empty() &&
        is_older(subject.cuda, backend_.cuda) == true) {
      result_.notes.push_back("needs CUDA " + backend_.cuda +
                              " or newer: the driver here is of CUDA " + subject.cuda +
                              ", and takes its machine code but not its PTX");
    }
  }

  /// An update may change it, so it is no "no". Of CUDA a driver takes newer minor versions than
  /// its own, machine code at least (CUDA Compatibility, "minor version compatibility").
  std::string too_old() const {
    for (const auto& [what, least] : minima()) {
      const Subject& subject = ground_.subject();
      if (!subject.in_hand) continue;
      const std::string& here = what == "CUDA" ? subject.cuda : subject.driver;
      const bool major_alone = what == "CUDA";
      if (is_older(here, major_alone ? major_of(least) : least) != true) continue;
      return "Needs " + what + " " + least + " or newer, and the driver here is " +
             (what == "CUDA" ? "of CUDA " : "") + here + ": nothing certain is known of it.";
    }
    return {};
  }

  /// What keeps the library from it, each beginning with "it" or "its".
  std::vector<std::string> refusals() const {
    std::vector<std::string> list;
    if (dispatch_.gate == false) {
      // A dozen targets are one line in a report where the sentence is the same.
      const Subject& subject = ground_.subject();
      list.push_back("its own gate refuses " +
                     (subject.in_hand ? "compute capability " + to_string(subject.cc) : "it") +
                     " (it admits: " + to_string(*backend_.admits) + ")");
    }
    if (!dispatch_.excluded.empty()) list.push_back("it takes " + dispatch_.excluded);
    return list;
  }

  void not_built(const Judged& needs) {
    say(Verdict::not_built,
        "No image of it loads on " + here_ + ": it needs " + in_words(needs.culprits) + ".");
    add_refusal();
  }

  void not_dispatched(const Judged& needs) {
    std::vector<std::string> list = refusals();
    if (needs.way == Way::other)
      list.insert(list.begin(), "it is only for " + in_words(needs.meant));
    if (needs.have == Have::unbuilt) {
      list.insert(list.begin(), "no image of it loads here (" + in_words(needs.culprits) + ")");
      say(Verdict::no_dispatch, "Nobody ported it: " + in_words(list) + ".");
    } else {
      say(Verdict::no_dispatch, "The hardware has all it needs, but " + in_words(list) + ".");
    }
    add_message();
  }

  /// A sentence on its own, where something else decides, or the hardware's part is not known.
  void add_refusal() {
    const std::vector<std::string> list = refusals();
    if (list.empty()) return;
    result_.reason += " " + capitalised(in_words(list)) + ".";
    add_message();
  }

  void add_message() {
    if (dispatch_.gate != false || backend_.gate_message.empty()) return;
    // Several messages are quoted one by one in the catalogue.
    const bool quoted = backend_.gate_message.find('"') != std::string::npos;
    const std::string mark = quoted ? "" : "\"";
    result_.reason += " It says: " + mark + backend_.gate_message + mark + ".";
  }

  void runs() {
    const bool in_hand = ground_.subject().in_hand;
    // Of all that was judged nothing is a feature or limit: a way without any, or "any".
    if (!result_.evidence)
      return say(Verdict::runs, "Needs no special instruction, and its gate admits " + here_ + ".");
    if (!names_a_feature(*backend_.needs)) {
      return say(Verdict::runs, std::string(in_hand ? "W" : "Expected: w") +
                                    "hat it needs is there by documents and attributes, and its "
                                    "gate admits " +
                                    here_ + ".");
    }
    say(Verdict::runs, in_hand
                           ? "Every needed feature works here, and its gate admits this GPU."
                           : "Expected: every needed feature assembles for this target, and its "
                             "gate admits it.");
  }

  const Backend& backend_;
  const Ground& ground_;
  BackendResult& result_;
  std::string here_;
  Dispatch dispatch_;
};

}  // namespace

void decide(const Backend& backend, const Ground& ground, BackendResult& result) {
  Decision(backend, ground, result).decide();
}

}  // namespace bp
