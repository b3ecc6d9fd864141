// Tensor maps that device code changes or makes: PTX ISA 9.0, sections "tensormap.replace",
// "tensormap.cp_fenceproxy" and "membar / fence". A map is 128 bytes; in shared memory it is
// aligned to 128, in global memory to 64.
#pragma once

namespace bp::ptx {

inline constexpr unsigned tensor_map_words = 32;

/// Lets the map in shared memory describe a tensor that begins at `address`. PTX ISA 8.3, sm_90a,
/// later targets with suffix a or f.
__device__ inline void tensormap_replace_address(unsigned map, const void* address) {
  asm volatile("tensormap.replace.tile.global_address.shared::cta.b1024.b64 [%0], %1;" ::"r"(map),
               "l"(address)
               : "memory");
}

/// Dimension `index`, counted from the innermost, gets `size` elements.
template <int index>
__device__ inline void tensormap_replace_dim(unsigned map, unsigned size) {
  asm volatile("tensormap.replace.tile.global_dim.shared::cta.b1024.b32 [%0], %1, %2;" ::"r"(map),
               "n"(index), "r"(size)
               : "memory");
}

/// Copies the map from shared to global memory and releases it to those who use it as a map; the
/// whole warp. PTX ISA 8.3, sm_90.
__device__ inline void tensormap_cp_fenceproxy(void* global, unsigned map) {
  asm volatile(
      "tensormap.cp_fenceproxy.global.shared::cta.tensormap::generic.release.gpu.sync.aligned "
      "[%0], [%1], 128;" ::"l"(global),
      "r"(map)
      : "memory");
}

/// Releases what this thread wrote to maps in global memory. PTX ISA 8.3, sm_90.
__device__ inline void fence_proxy_tensormap_release() {
  asm volatile("fence.proxy.tensormap::generic.release.gpu;" ::: "memory");
}

/// Before this thread uses a map in global memory that was released.
__device__ inline void fence_proxy_tensormap_acquire(const void* map) {
  asm volatile("fence.proxy.tensormap::generic.acquire.gpu [%0], 128;" ::"l"(map) : "memory");
}

}  // namespace bp::ptx
