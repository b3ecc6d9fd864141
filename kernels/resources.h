// What the entries of a cubin take of an SM, read from the cubin itself.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace bp {

struct EntryResources {
  std::string name;      // of the __global__ function
  int registers = 0;     // a thread
  int stack_bytes = 0;   // a thread: spilled registers and local arrays; 0: neither
  int shared_bytes = 0;  // a block: static shared memory, to which a launch may add more
};

/// All entries, by name. A damaged image has none. Attributes of section .nv.info as cuobjdump and
/// nvdisasm name them: EIATTR_REGCOUNT (0x2f) and EIATTR_FRAME_SIZE (0x11), each the number of a
/// symbol and a value. Static shared memory is the section .nv.shared.NAME.
std::vector<EntryResources> read_resources(std::span<const std::uint8_t> cubin);

}  // namespace bp
