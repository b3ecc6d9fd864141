// JSON for the value types of this library: one line on the worker's pipe, the same keys in
// report.json. decode functions throw DecodeError on anything unexpected: the text may come from a
// crashed worker or from a stranger's report.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <stdexcept>

#include "probes/registry/evidence.h"
#include "probes/registry/facts.h"
#include "probes/registry/survey.h"

namespace bp {

struct DecodeError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

using Json = nlohmann::ordered_json;  // keys keep the order in which they are written

Json encode(const Evidence& evidence);
Json encode(const Reason& reason);
Json encode(const FeatureResult& result);
Json encode(const KernelResult& result);
Json encode(const MatrixRow& row);
Json encode(const Fact& fact);
Json encode(const SurveyResult& result);
Json encode(const GpuFacts& gpu);
Json encode(const DriverFacts& driver);

Evidence decode_evidence(const Json& json);
Reason decode_reason(const Json& json);
FeatureResult decode_feature_result(const Json& json);
KernelResult decode_kernel_result(const Json& json);
MatrixRow decode_matrix_row(const Json& json);
Fact decode_fact(const Json& json);
SurveyResult decode_survey_result(const Json& json);
GpuFacts decode_gpu_facts(const Json& json);
DriverFacts decode_driver_facts(const Json& json);

}  // namespace bp
