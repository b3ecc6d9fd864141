// Device attributes that are bit masks or scopes, in words: 9 handle types are two of them. Pure.
#pragma once

#include <string>

namespace bp {

/// CUmemAllocationHandleType: "file descriptor, fabric"; "none"; of what cuda.h does not name the
/// number of the bit.
std::string handle_types_in_words(int bits);
/// CUflushGPUDirectRDMAWritesOptions: "host, stream memory operations".
std::string flush_options_in_words(int bits);
/// CUGPUDirectRDMAWritesOrdering: "none", "owner", "all devices"; others by number.
std::string writes_ordering_in_words(int scope);

}  // namespace bp
