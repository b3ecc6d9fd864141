// Keys of machine files <-> device attributes of cuda.h.
#pragma once

#include <cuda.h>

#include <string_view>

namespace bp::fake {

/// The key of machine files for an attribute; empty if the fake does not know it.
std::string_view attribute_key(CUdevice_attribute attribute);

/// "CUDA_ERROR_NOT_INITIALIZED" and a sentence for the results that the fake returns.
const char* error_name(CUresult result);
const char* error_text(CUresult result);

}  // namespace bp::fake
