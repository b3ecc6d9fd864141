#include "report/disputed/claims.h"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <set>

#include "probes/registry/feature.h"
#include "probes/registry/survey.h"
#include "report/disputed/embedded_files.h"

namespace bp {
namespace {

using Json = nlohmann::json;

/// Of limits_of(), as far as driver or programming guide state them.
constexpr auto documented_limits =
    std::to_array<std::string_view>({"smem_optin", "smem_sm", "cluster_max", "warps_sm"});

void only_keys(const Json& json, std::initializer_list<std::string_view> known) {
  for (const auto& item : json.items()) {
    if (std::ranges::find(known, item.key()) == known.end())
      throw DisputedError("unknown key \"" + item.key() + "\"");
  }
}

std::string text(const Json& json, const char* key) {
  std::string value = json.at(key).get<std::string>();
  if (value.empty()) throw DisputedError(std::string("\"") + key + "\" is empty");
  return value;
}

std::string feature_name(const Json& json) {
  std::string name = json.get<std::string>();
  if (find_feature(name) == nullptr) throw DisputedError("unknown feature \"" + name + "\"");
  return name;
}

std::vector<std::string> feature_names(const Json& json, std::size_t least, std::size_t most) {
  std::vector<std::string> names;
  for (const Json& name : json) names.push_back(feature_name(name));
  if (names.size() < least || names.size() > most)
    throw DisputedError("a list of features has the wrong length");
  return names;
}

Condition parse_condition(const Json& json) {
  using enum Condition::Kind;
  constexpr auto words = std::to_array<std::pair<const char*, Condition::Kind>>(
      {{"equals", equals}, {"at_least", at_least}, {"at_most", at_most}, {"below", below}});
  Condition condition;
  for (const auto& [word, kind] : words) {
    if (!json.contains(word)) continue;
    if (condition.kind != none) throw DisputedError("more than one condition");
    condition.kind = kind;
    const Json& value = json.at(word);
    if (value.is_string() && kind == below) {
      condition.fact = value.get<std::string>();
    } else {
      condition.value = value.get<double>();
    }
  }
  return condition;
}

Settler parse_settler(const Json& json) {
  only_keys(json, {"feature", "works",    "native",  "accepted",       "on",      "limit",
                   "fact",    "unit",     "survey",  "value",          "column",  "where",
                   "ratio",   "tile",     "shape",   "at_most_one_of", "exists",  "expect",
                   "equals",  "at_least", "at_most", "below",          "counted", "pipe"});
  using enum Settler::Kind;
  Settler settler;
  std::size_t kinds = 0;
  const auto is = [&](const char* key, Settler::Kind kind) {
    if (!json.contains(key)) return false;
    settler.kind = kind;
    ++kinds;
    return true;
  };
  if (is("feature", feature)) settler.names = {feature_name(json.at("feature"))};
  if (is("works", works)) settler.names = {feature_name(json.at("works"))};
  if (is("native", native)) settler.names = {feature_name(json.at("native"))};
  if (is("accepted", accepted)) {
    settler.names = {feature_name(json.at("accepted"))};
    const std::string on = json.at("on");
    if (on != "plain" && on != "a" && on != "f") throw DisputedError("\"on\" is plain, a or f");
    settler.suffix = on == "plain" ? Suffix::none : static_cast<Suffix>(on.front());
  }
  if (is("limit", limit)) {
    settler.names = {text(json, "limit")};
    if (std::ranges::find(documented_limits, settler.names.front()) == documented_limits.end())
      throw DisputedError("unknown limit \"" + settler.names.front() + "\"");
  }
  if (is("fact", fact)) {
    settler.names = {text(json, "fact")};
    settler.unit = json.value("unit", "");
  }
  if (is("survey", survey)) {
    settler.names = {text(json, "survey")};
    if (find_survey(settler.names.front()) == nullptr)
      throw DisputedError("unknown survey \"" + settler.names.front() + "\"");
    settler.column = json.contains("column");
    settler.part = text(json, settler.column ? "column" : "value");
    if (json.contains("where"))
      settler.where = json.at("where").get<std::map<std::string, std::int64_t>>();
  }
  if (is("ratio", ratio)) settler.names = feature_names(json.at("ratio"), 2, 2);
  if (is("counted", counted)) {
    settler.names = {feature_name(json.at("counted"))};
    settler.part = text(json, "pipe");
  }
  if (is("tile", count)) {
    settler.tile = json.at("tile").get<std::vector<int>>();
    settler.shape = json.at("shape").get<std::vector<int>>();
    if (settler.tile.size() != 2 || settler.shape.size() != 2 || settler.shape[0] < 1 ||
        settler.shape[1] < 1)
      throw DisputedError("a tile and a shape have rows and columns");
  }
  if (is("at_most_one_of", at_most_one_of))
    settler.names = feature_names(json.at("at_most_one_of"), 2, 8);
  if (is("exists", exists)) settler.expect = json.at("exists").get<bool>();
  if (kinds != 1) throw DisputedError("a settler has one kind");
  if (json.contains("expect")) {
    const std::string word = json.at("expect");
    if (word != "yes" && word != "no") throw DisputedError("\"expect\" is yes or no");
    settler.expect = word == "yes";
  }
  settler.condition = parse_condition(json);
  const bool figure = settler.kind == limit || settler.kind == fact || settler.kind == survey ||
                      settler.kind == ratio || settler.kind == count || settler.kind == counted;
  // A survey's or fact's value may be a yes or a no as well.
  const bool either = settler.kind == survey || settler.kind == fact;
  if (settler.kind == counted && settler.condition.kind != Condition::Kind::none &&
      settler.condition.kind != Condition::Kind::equals)
    throw DisputedError("what is counted for each one issued \"equals\" a number");
  if (settler.condition.kind != Condition::Kind::none && !figure)
    throw DisputedError("a condition is for a figure");
  if (settler.expect && figure && !either)
    throw DisputedError("\"expect\" is for what is a yes or a no");
  return settler;
}

About parse_about(const std::string& word) {
  if (word.ends_with(".x")) {
    const auto cc = parse_compute_capability(word.substr(0, word.size() - 1) + "0");
    if (cc) return {cc->major, std::nullopt};
  } else if (const auto cc = parse_compute_capability(word)) {
    return {cc->major, cc->minor};
  }
  throw DisputedError("\"" + word + "\" is not a compute capability such as 12.x or 10.3");
}

Claim parse_claim(const Json& json, const std::string& topic) {
  only_keys(json,
            {"id", "claim", "about", "settle", "confirmed", "contradicted", "open", "sources"});
  Claim claim{.id = text(json, "id"),
              .topic = topic,
              .text = text(json, "claim"),
              .about = {},
              .settle = {},
              .confirmed = json.value("confirmed", ""),
              .contradicted = json.value("contradicted", ""),
              .open = json.value("open", ""),
              .sources = {}};
  for (const Json& about : json.at("about"))
    claim.about.push_back(parse_about(about.get<std::string>()));
  for (const Json& settler : json.at("settle")) claim.settle.push_back(parse_settler(settler));
  const bool decides = std::ranges::any_of(claim.settle, &Settler::decides);
  if (decides != claim.open.empty())
    throw DisputedError("a claim has something that decides it, or \"open\" says why not");
  for (const Json& source : json.at("sources")) {
    only_keys(source, {"who", "says", "reference"});
    claim.sources.push_back({text(source, "who"), text(source, "says"), text(source, "reference")});
  }
  if (claim.sources.empty()) throw DisputedError("a claim needs at least one source");
  return claim;
}

}  // namespace

std::vector<Claim> parse_claims(std::string_view json) {
  std::string at = "the file";
  try {
    const Json file = Json::parse(json);
    only_keys(file, {"topic", "claims"});
    const std::string topic = text(file, "topic");
    std::vector<Claim> claims;
    for (const Json& row : file.at("claims")) {
      at = row.value("id", topic + ", a claim without id");
      claims.push_back(parse_claim(row, topic));
    }
    return claims;
  } catch (const std::exception& error) {
    throw DisputedError(at + ": " + error.what());
  }
}

std::vector<Split> parse_splits(std::string_view json) {
  std::string at = "the file";
  try {
    std::vector<Split> splits;
    const Json file = Json::parse(json);
    for (const Json& item : file.at("splits")) {
      Split split{text(item, "generation"), item.at("chips").get<std::vector<std::string>>(), {}};
      at = split.generation;
      for (const Json& row : item.at("rows")) {
        split.rows.push_back({text(row, "what"), row.at("cells").get<std::vector<std::string>>(),
                              text(row, "source")});
        if (split.rows.back().cells.size() != split.chips.size())
          throw DisputedError(split.rows.back().what + ": one cell for each chip");
      }
      splits.push_back(std::move(split));
    }
    return splits;
  } catch (const std::exception& error) {
    throw DisputedError(at + ": " + error.what());
  }
}

const std::vector<Claim>& embedded_claims() {
  static const std::vector<Claim> all = [] {
    std::vector<Claim> claims;
    for (const std::string_view file : embedded_disputed_files()) {
      for (Claim& claim : parse_claims(file)) claims.push_back(std::move(claim));
    }
    std::set<std::string> ids;
    for (const Claim& claim : claims) {
      if (!ids.insert(claim.id).second)
        throw DisputedError("the id " + claim.id + " is used twice");
    }
    std::ranges::sort(claims, {},
                      [](const Claim& claim) { return std::pair(claim.topic, claim.id); });
    return claims;
  }();
  return all;
}

const std::vector<Split>& embedded_splits() {
  static const std::vector<Split> all = parse_splits(embedded_split_files().front());
  return all;
}

std::vector<std::string> claimed_features() {
  using enum Settler::Kind;
  std::set<std::string> features;
  for (const Claim& claim : embedded_claims()) {
    for (const Settler& settler : claim.settle) {
      if (settler.kind == feature || settler.kind == works || settler.kind == native ||
          settler.kind == accepted || settler.kind == at_most_one_of || settler.kind == counted)
        features.insert(settler.names.begin(), settler.names.end());
    }
  }
  return {features.begin(), features.end()};
}

std::string to_string(const About& about) {
  return std::to_string(about.major) + "." + (about.minor ? std::to_string(*about.minor) : "x");
}

bool covers(const About& about, ComputeCapability cc) {
  return about.major == cc.major && (!about.minor || *about.minor == cc.minor);
}

bool covers(const Claim& claim, ComputeCapability cc) {
  return claim.about.empty() ||
         std::ranges::any_of(claim.about, [&](const About& about) { return covers(about, cc); });
}

std::string about_words(const Claim& claim) {
  if (claim.about.empty()) return "any GPU";
  std::string words = "compute capability ";
  for (std::size_t i = 0; i < claim.about.size(); ++i) {
    if (i > 0) words += i + 1 == claim.about.size() ? " or " : ", ";
    words += to_string(claim.about[i]);
  }
  return words;
}

std::string settling_command(const Claim& claim) {
  using enum Settler::Kind;
  std::vector<std::string> items;
  std::vector<std::string> matrix;
  const auto add = [](std::vector<std::string>& list, std::string_view name) {
    if (std::ranges::find(list, name) == list.end()) list.emplace_back(name);
  };
  const auto listed = [](const std::vector<std::string>& list) {
    std::string text;
    for (const std::string& item : list) text += (text.empty() ? "" : ",") + item;
    return text;
  };
  bool asked = false;  // the driver alone answers
  for (const Settler& settler : claim.settle) {
    switch (settler.kind) {
      case feature:
      case works:
      case native:
      case ratio:
      case at_most_one_of:
      case survey:
        for (const std::string& name : settler.names) add(items, name);
        break;
      case counted:
        add(items, settler.names.front());
        add(items, counters_survey);
        break;
      case accepted:
        add(matrix, settler.names.front());
        break;
      case limit:
      case fact:
      case exists:
        asked = true;
        break;
      case count:
        break;
    }
  }
  if (!items.empty()) return "blackwell-probe run --level full --only " + listed(items);
  if (!matrix.empty()) return "blackwell-probe matrix --driver --feature " + listed(matrix);
  return asked ? "blackwell-probe run --level quick" : "";
}

}  // namespace bp
