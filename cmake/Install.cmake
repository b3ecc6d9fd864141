# What `cmake --install BUILD --component program --prefix DIR` puts where. The program needs none of it but itself.
set(share share/blackwell-probe)
set(doc share/doc/blackwell-probe)

install(TARGETS blackwell-probe RUNTIME DESTINATION bin COMPONENT program)
install(FILES ${BP_DOCUMENTS}/blackwell-probe.1 DESTINATION share/man/man1 COMPONENT program)
install(FILES ${BP_DOCUMENTS}/blackwell-probe.bash RENAME blackwell-probe
        DESTINATION share/bash-completion/completions COMPONENT program)
install(FILES ${BP_DOCUMENTS}/_blackwell-probe DESTINATION share/zsh/site-functions COMPONENT program)
install(FILES ${BP_DOCUMENTS}/blackwell-probe.fish DESTINATION share/fish/vendor_completions.d COMPONENT program)
# What is written as JSON, and what --model reads.
foreach(of report gate diff fleet model)
  install(FILES ${PROJECT_SOURCE_DIR}/report/schema/${of}.schema.json DESTINATION ${share} COMPONENT program)
endforeach()
install(FILES ${PROJECT_SOURCE_DIR}/LICENSE DESTINATION ${doc} COMPONENT program)

# The notices of what is linked in. From Debian's packages: their headers or sources are what is compiled.
set(notices
  "CLI11|/usr/share/doc/libcli11-dev/copyright"
  "JSON for Modern C++ (nlohmann/json)|/usr/share/doc/nlohmann-json3-dev/copyright"
  "toml++|/usr/share/doc/libtomlplusplus-dev/copyright"
  "simdjson|/usr/share/doc/libsimdjson-dev/copyright"
  "Google Benchmark|/usr/share/doc/libbenchmark-dev/copyright"
  "Zstandard (libzstd)|/usr/share/doc/libzstd-dev/copyright")
if(BP_ZIG)
  # The compiler of the distribution links its run-time libraries in; a system's compiler leaves them to the system.
  # Zig's compiler-rt is its own, with mathematics from musl. Of the GNU C library only start-up code is linked in, under
  # an exception that asks for nothing; its notices are here because others of its files carry them.
  list(APPEND notices
    "libc++ (LLVM)|${BP_ZIG}/ziglang/lib/libcxx/LICENSE.TXT"
    "libc++abi (LLVM)|${BP_ZIG}/ziglang/lib/libcxxabi/LICENSE.TXT"
    "libunwind (LLVM)|${BP_ZIG}/ziglang/lib/libunwind/LICENSE.TXT"
    "compiler-rt (Zig)|${BP_ZIG}/ziglang/LICENSE"
    "musl, in parts of compiler-rt|${BP_ZIG}/ziglang/lib/libc/musl/COPYRIGHT"
    "Start-up code of the GNU C library|${BP_ZIG}/ziglang/lib/libc/glibc/LICENSES")
endif()

set(rule "==============================================================================")
set(text "The program blackwell-probe contains the following works of others, under these licences.\n")
foreach(notice IN LISTS notices)
  string(REPLACE "|" ";" notice "${notice}")
  list(GET notice 0 work)
  list(GET notice 1 file)
  if(NOT EXISTS ${file})
    list(APPEND missing ${file})
    continue()
  endif()
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${file})
  file(READ ${file} licence)
  string(APPEND text "\n${rule}\n${work}\n${rule}\n\n${licence}")
endforeach()
if(missing)
  # Not an error of the build: other systems keep these files elsewhere, and only who hands the program on needs them.
  list(JOIN missing " " missing)
  install(CODE "message(FATAL_ERROR \"THIRD-PARTY.txt cannot be made, because these licences are not here: ${missing}. \
Install the packages that hold them (cmake/setup.sh names them) and configure again.\")" COMPONENT program)
else()
  file(CONFIGURE OUTPUT ${BP_DOCUMENTS}/THIRD-PARTY.txt CONTENT "@text@" @ONLY)
  install(FILES ${BP_DOCUMENTS}/THIRD-PARTY.txt DESTINATION ${doc} COMPONENT program)
endif()
