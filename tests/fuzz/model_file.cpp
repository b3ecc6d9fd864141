// A model file from a stranger: read, and what it needs worked out for each size. A text that is no
// model is a ModelError; anything else that is thrown ends the program, as a crash does.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "report/models/needs.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace bp;
  Model model;
  try {
    model = parse_model({reinterpret_cast<const char*>(data), size});
  } catch (const ModelError&) {
    return 0;
  }
  for (const CacheFormat& format : model.formats) cache_cost(model, format);
  for (const std::int64_t tensor_parallel : tensor_parallel_sizes(model))
    needs_of(model, tensor_parallel);
  return 0;
}
