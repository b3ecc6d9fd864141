# Compiles for the distribution: Zig's clang with its libc++ linked in, against an old glibc, for BP_ARCH (x86_64 or
# aarch64). Nothing of this machine's own libraries is found; they come from BP_PREFIX (dependencies.py).
#   -DBP_ZIG=DIR     what fetch_toolkit.py --zig made
list(APPEND CMAKE_TRY_COMPILE_PLATFORM_VARIABLES BP_ARCH BP_ZIG BP_PREFIX)
set(CMAKE_SYSTEM_NAME Linux)
set(CMAKE_SYSTEM_PROCESSOR ${BP_ARCH})
set(CMAKE_C_COMPILER ${BP_ZIG}/bin/${BP_ARCH}-cc)
set(CMAKE_CXX_COMPILER ${BP_ZIG}/bin/${BP_ARCH}-c++)
set(CMAKE_ASM_COMPILER ${BP_ZIG}/bin/${BP_ARCH}-as)
set(CMAKE_AR ${BP_ZIG}/bin/ar CACHE FILEPATH "")
set(CMAKE_RANLIB ${BP_ZIG}/bin/ranlib CACHE FILEPATH "")

set(CMAKE_FIND_ROOT_PATH ${BP_PREFIX})
set(CMAKE_FIND_ROOT_PATH_MODE_PROGRAM NEVER)
set(CMAKE_FIND_ROOT_PATH_MODE_LIBRARY ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_INCLUDE ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_PACKAGE ONLY)
set(ENV{PKG_CONFIG_LIBDIR} ${BP_PREFIX}/lib/pkgconfig)

# Position independent as distributions have it; no path of the build in the program (__FILE__), so that two builds
# in different folders are the same bytes.
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
set(bp_prefix_maps)
foreach(folder IN ITEMS ${CMAKE_SOURCE_DIR} ${CMAKE_BINARY_DIR} ${BP_PREFIX} ${BP_ZIG})
  string(APPEND bp_prefix_maps " -ffile-prefix-map=${folder}/=")
endforeach()
set(CMAKE_C_FLAGS_INIT "${bp_prefix_maps}")
set(CMAKE_CXX_FLAGS_INIT "${bp_prefix_maps}")
set(CMAKE_EXE_LINKER_FLAGS_INIT "-pie -s -Wl,-z,relro,-z,now")
set(CMAKE_SHARED_LINKER_FLAGS_INIT "-s -Wl,-z,relro,-z,now")
