// The verdict on one kernel, and its reason.
#pragma once

#include "report/evaluate/condition.h"

namespace bp {

/// Sets verdict, reason, evidence and notes of `result`.
void decide(const Backend& backend, const Ground& ground, BackendResult& result);

}  // namespace bp
