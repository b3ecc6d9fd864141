#include "report/merge/machine_reader.h"

#include <simdjson.h>

#include <optional>

#include "report/formats/clean.h"
#include "report/formats/json.h"
#include "report/model/report.h"

namespace bp {

namespace dom = simdjson::dom;

struct MachineReader::Parser {
  dom::parser dom;
};

MachineReader::MachineReader() : parser_(std::make_unique<Parser>()) {}
MachineReader::~MachineReader() = default;

// A namespace with a name: in a build of several files at once they stand beside those of the other
// reader.
namespace skim {
namespace {

static_assert(reader_padding >= simdjson::SIMDJSON_PADDING);

/// Memory that a larger report has made the parser take is given back after it.
constexpr std::size_t usual_report_bytes = std::size_t{4} << 20;
constexpr std::size_t longest_word = 200;

/// Why the text is no report; a sentence's second half.
struct NoMachine {
  std::string why;
};

std::string quoted_word(std::string_view word) {
  return "\"" + one_line(word.substr(0, 60)) + "\"";
}

std::string_view word(dom::element value, const char* key) {
  std::string_view text;
  if (value.get(text) != simdjson::SUCCESS)
    throw NoMachine{"\"" + std::string(key) + "\" is not a string"};
  if (text.size() > longest_word) throw NoMachine{"\"" + std::string(key) + "\" is too long"};
  return text;
}

std::string word_or_null(dom::element value, const char* key) {
  return value.is_null() ? std::string() : std::string(word(value, key));
}

dom::object object(dom::element value, const char* key) {
  dom::object found;
  if (value.get(found) != simdjson::SUCCESS)
    throw NoMachine{"\"" + std::string(key) + "\" is not an object"};
  return found;
}

dom::array array(dom::element value, const char* key) {
  dom::array found;
  if (value.get(found) != simdjson::SUCCESS)
    throw NoMachine{"\"" + std::string(key) + "\" is not an array"};
  return found;
}

bool flag(dom::element value, const char* key) {
  bool found = false;
  if (value.get(found) != simdjson::SUCCESS)
    throw NoMachine{"\"" + std::string(key) + "\" is not true or false"};
  return found;
}

/// The id of a reason, or "" where there is none.
std::string problem(dom::element value) {
  if (value.is_null()) return {};
  for (const auto [key, member] : object(value, "problem")) {
    if (key == "id") return std::string(word(member, "id"));
  }
  throw NoMachine{"\"problem\" has no \"id\""};
}

std::uint8_t standing_value(ItemKind subject, std::string_view text) {
  if (subject == ItemKind::backend) {
    if (const auto verdict = parse_verdict(text)) return static_cast<std::uint8_t>(*verdict);
  } else if (const auto status = parse_status(text)) {
    return static_cast<std::uint8_t>(*status);
  }
  throw NoMachine{quoted_word(text) + " is not known as the end of a " +
                  std::string(to_string(subject))};
}

void standings(dom::element list, ItemKind subject, const char* name, std::vector<Standing>& to) {
  const std::string_view key_of_value = subject == ItemKind::backend ? "verdict" : "status";
  for (const dom::element row : array(list, name)) {
    std::optional<std::string_view> id;
    std::optional<std::uint8_t> value;
    for (const auto [key, member] : object(row, name)) {
      if (key == "id") id = word(member, "id");
      if (key == key_of_value) value = standing_value(subject, word(member, name));
    }
    if (!id || !value)
      throw NoMachine{"a row of \"" + std::string(name) + "\" lacks its id or its " +
                      std::string(key_of_value)};
    to.push_back({subject, std::string(*id), *value});
  }
}

/// Rows of `bench`: how each ended; times stay in the report.
void bench_standings(dom::element bench, std::vector<Standing>& to) {
  for (const auto [part, rows] : object(bench, "bench")) {
    if (part != "rows") continue;
    for (const dom::element row : array(rows, "rows")) {
      std::optional<std::string_view> kernel, shape, tuning;
      std::optional<std::uint8_t> value;
      for (const auto [key, member] : object(row, "rows")) {
        if (key == "kernel") kernel = word(member, "kernel");
        if (key == "shape") shape = word(member, "shape");
        if (key == "tuning") tuning = word(member, "tuning");
        if (key == "status") value = standing_value(ItemKind::bench, word(member, "status"));
      }
      if (!kernel || !shape || !tuning || !value)
        throw NoMachine{"a row of \"bench\" lacks its kernel, shape, tuning or status"};
      std::string id(*kernel);
      id.append("/").append(*shape).append("/").append(*tuning);
      to.push_back({ItemKind::bench, std::move(id), *value});
    }
  }
}

FleetGpu gpu(dom::element value) {
  FleetGpu found;
  int lists = 0;
  for (const auto [key, member] : object(value, "gpus")) {
    if (key == "name") {
      found.model = word(member, "name");
    } else if (key == "compute_capability") {
      found.capability = word(member, "compute_capability");
    } else if (key == "problem") {
      found.problem = problem(member);
    } else if (key == "features") {
      standings(member, ItemKind::feature, "features", found.standings);
      ++lists;
    } else if (key == "kernels") {
      standings(member, ItemKind::kernel, "kernels", found.standings);
      ++lists;
    } else if (key == "backends") {
      standings(member, ItemKind::backend, "backends", found.standings);
      ++lists;
    } else if (key == "bench") {
      bench_standings(member, found.standings);
    }
  }
  if (lists != 3) throw NoMachine{"a GPU lacks its features, kernels or backends"};
  return found;
}

void read_driver(dom::element value, FleetMachine& machine) {
  for (const auto [key, member] : object(value, "driver")) {
    if (key == "version") machine.driver = word_or_null(member, "version");
    if (key == "cuda_version") machine.cuda = word_or_null(member, "cuda_version");
    if (key == "fake") machine.fake = !member.is_null();
    if (key == "problem") machine.problem = problem(member);
  }
}

FleetMachine machine_of(dom::element root) {
  FleetMachine machine;
  bool version = false;
  bool gpus = false;
  for (const auto [key, value] : object(root, "report")) {
    if (key == "schema_version") {
      const std::string wrong = unreadable_version(word(value, "schema_version"));
      if (!wrong.empty()) throw NoMachine{wrong};
      version = true;
    } else if (key == "tool") {
      for (const auto [name, member] : object(value, "tool")) {
        if (name == "version") machine.tool = word(member, "version");
      }
    } else if (key == "complete") {
      machine.complete = flag(value, "complete");
    } else if (key == "driver") {
      read_driver(value, machine);
    } else if (key == "gpus") {
      for (const dom::element one : array(value, "gpus")) machine.gpus.push_back(gpu(one));
      gpus = true;
    }
  }
  if (!version) throw NoMachine{"\"schema_version\" is missing"};
  if (!gpus) throw NoMachine{"\"gpus\" is missing"};
  return machine;
}

std::string sentence_of(simdjson::error_code error, std::size_t bytes) {
  if (error == simdjson::DEPTH_ERROR)
    return "It nests deeper than " + std::to_string(max_report_depth) +
           " levels, which no report of this tool does.";
  if (bytes == 0 || error == simdjson::EMPTY) return "It is empty.";
  if (error == simdjson::MEMALLOC) return "There was no memory to read it.";
  return "It is not valid JSON: damaged, or cut off.";
}

}  // namespace
}  // namespace skim

std::variant<FleetMachine, std::string> MachineReader::read(std::string& text) {
  if (text.size() > max_report_bytes)
    return "It is larger than " + std::to_string(max_report_bytes >> 20) +
           " MiB, which no report of this tool is.";
  dom::parser& parser = parser_->dom;
  if (parser.max_depth() != max_report_depth || parser.capacity() < text.size()) {
    if (parser.allocate(text.size() + text.size() / 2, max_report_depth) != simdjson::SUCCESS)
      return skim::sentence_of(simdjson::MEMALLOC, text.size());
  }
  text.reserve(text.size() + reader_padding);
  dom::element root;
  const auto error = parser.parse(text.data(), text.size(), false).get(root);
  std::variant<FleetMachine, std::string> result;
  try {
    if (error != simdjson::SUCCESS) {
      result = skim::sentence_of(error, text.size());
    } else {
      result = skim::machine_of(root);
    }
  } catch (const skim::NoMachine& no) {
    result = "It is not a report that this version reads: " + no.why + ".";
  }
  if (text.size() > skim::usual_report_bytes) parser_ = std::make_unique<Parser>();
  return result;
}

}  // namespace bp
