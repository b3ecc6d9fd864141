// For fuzz targets whose input is JSON: changes one value of it, so that the result is still JSON
// and gets past the parser. libFuzzer calls it in place of its own changes of bytes
// (llvm.org/docs/LibFuzzer.html, "Structure-Aware Fuzzing"), which it does here too, now and then.
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <iterator>
#include <nlohmann/json.hpp>
#include <random>
#include <string>
#include <vector>

// NOLINTNEXTLINE(readability-identifier-naming): libFuzzer's names.
extern "C" std::size_t LLVMFuzzerMutate(std::uint8_t* data, std::size_t size, std::size_t max_size);

namespace {

using Json = nlohmann::ordered_json;

void collect(Json& value, std::vector<Json*>& all) {
  all.push_back(&value);
  if (!value.is_structured()) return;
  for (Json& inner : value) collect(inner, all);
}

std::string other_bytes(std::string text) {
  const std::size_t room = text.size() + 64;
  const std::size_t size = text.size();
  text.resize(room);
  text.resize(LLVMFuzzerMutate(reinterpret_cast<std::uint8_t*>(text.data()), size, room));
  return text;
}

class Change {
 public:
  Change(Json& root, unsigned seed) : random_(seed) { collect(root, all_); }

  void make() {
    Json& value = *all_[below(all_.size())];
    switch (below(5)) {
      case 0:
        value = of_interest();
        break;
      case 1:
        value = Json(*all_[below(all_.size())]);  // a copy first: it may hold `value`
        break;
      default:
        change(value);
    }
  }

 private:
  std::size_t below(std::size_t end) { return random_() % end; }

  Json of_interest() {
    const Json values = {nullptr,
                         true,
                         0,
                         -1,
                         INT64_MIN,
                         UINT64_MAX,
                         1e308,
                         5e-324,
                         "",
                         std::string(2000, 'x'),
                         "<script>|`\x1b[2J\n::error::]]>",
                         Json::array(),
                         Json::object()};
    return values[below(values.size())];
  }

  void change(Json& value) {
    if (value.is_string()) {
      value = other_bytes(value.get<std::string>());
    } else if (value.is_number()) {
      value = value.get<double>() * (static_cast<double>(below(7)) - 3);
    } else if (value.is_boolean()) {
      value = !value.get<bool>();
    } else if (value.is_structured() && !value.empty()) {
      const auto place = std::next(value.begin(), static_cast<std::ptrdiff_t>(below(value.size())));
      if (value.is_array() && below(2) == 0) {
        value.push_back(Json(*place));
      } else {
        value.erase(place);
      }
    } else {
      value = of_interest();
    }
  }

  std::minstd_rand random_;
  std::vector<Json*> all_;
};

}  // namespace

// NOLINTNEXTLINE(readability-identifier-naming)
extern "C" std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size,
                                               std::size_t max_size, unsigned seed) {
  Json root = Json::parse(data, data + size, nullptr, false);
  if (root.is_discarded() || seed % 4 == 0) return LLVMFuzzerMutate(data, size, max_size);
  Change(root, seed).make();
  const std::string text = root.dump(-1, ' ', false, Json::error_handler_t::replace);
  if (text.size() > max_size) return LLVMFuzzerMutate(data, size, max_size);
  std::memcpy(data, text.data(), text.size());
  return text.size();
}
