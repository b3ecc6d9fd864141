// The bytes of a pack, shared by its writer and its reader. All numbers are little-endian.
//
//   header   8 bytes "BPPACK1\n" · u64 size of the whole pack · u32 stored size and u32 size of the
//   index index    a zstd frame with checksum, directly behind the header:
//              string toolkit                               a string is a u32 length and its bytes
//              u32 n, n strings                             every opcode, message and sass text
//              once u32 n, n modules: string id, blob PTX        sorted by id u32 n, n assemblies,
//              sorted by module, then target:
//                u32 module · u16 capability number (121) · u8 suffix · u8 flags
//                u32 message · u32 sass                     places in the string table
//                u32 n, n u32 opcodes                       likewise
//                blob machine code                          size 0: none
//   blobs    zstd frames with checksum, anywhere behind the index
//
// A blob is u64 offset from the end of the index · u32 stored size · u32 size.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace bp::pack_format {

inline constexpr std::string_view magic = "BPPACK1\n";
inline constexpr std::size_t header_size = 8 + 8 + 4 + 4;
/// Nothing in a pack comes near this; a larger size is damage and must not be allocated.
inline constexpr std::uint32_t most_inflated = 64u << 20;

inline constexpr std::uint8_t flag_accepted = 1;
inline constexpr std::uint8_t flag_on_target = 2;

struct Blob {
  std::uint64_t offset = 0;
  std::uint32_t stored = 0;
  std::uint32_t size = 0;
};

}  // namespace bp::pack_format
