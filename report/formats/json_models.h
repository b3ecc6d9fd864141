// Models in report.json.
#pragma once

#include "probes/registry/codec.h"
#include "report/model/models.h"

namespace bp {

Json encode(const ModelReport& model);
/// Throws DecodeError.
ModelReport decode_model(const Json& json);

/// The shape that something was judged for.
Json encode(const Shape& shape);
Shape decode_shape(const Json& json);

}  // namespace bp
