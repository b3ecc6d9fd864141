// Errors that hold for the whole machine or a whole GPU, as reasons with a remedy.
#pragma once

#include "probes/driver/driver_api.h"

namespace bp {

/// "CUDA_ERROR_NO_DEVICE"; "CUDA error 1234" for a number that the driver does not name.
std::string error_name(const DriverApi& api, CUresult code);

/// Errors after which every further call in this process fails (CUDA driver API, CUresult: "leaves
/// the process in an inconsistent state"), or the context is gone.
bool is_sticky(CUresult code);

/// Why cuInit failed.
Reason init_problem(const Driver& driver, CUresult code);

/// Why a device has no context. `device` may be asked for its compute mode.
Reason context_problem(const Driver& driver, CUdevice device, CUresult code);

}  // namespace bp
