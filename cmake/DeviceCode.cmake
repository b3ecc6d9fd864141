# Device code: .cu -> PTX (nvcc, compute_80) -> judged and assembled for every target (bp-assemble) -> one
# compressed pack, embedded in a library.
#
#   bp_embed_modules(LIBRARY name ACCESSOR probe_pack HEADER probes/features/embedded.h
#                    SOURCES a.cu b.cu ... [MODULES id_a id_b ...] [PTX_VERSION 7.0] [PROBES library]
#                    [EXTENDS library ...] [TARGETS sm_80 sm_90a ...] [ARCH compute_80])
#
# The library defines `const bp::Pack& bp::ACCESSOR()`, declared in HEADER.
#   PROBES   the library of descriptions (bp_probe_library): a source is the probe of its file name, and its
#            .version, own instruction and native opcodes come from there. Without it, MODULES names each source,
#            in order, and PTX_VERSION is the smallest .version of them all.
#   EXTENDS  packs that this one contains as well (the test build adds its probes to the product's).
#   TARGETS  what to assemble for; all known targets if not given.
#
# Device code is the same for every host: where BP_NATIVE names a build folder, the packs are taken from there; its
# target `device_code` makes them all. A cross build has to.
#
# Changing a header of probes/ptx compiles what includes it; a relinked bp-assemble only compares; adding a probe
# assembles that one (see probes/assembly/tool/piece.h).

add_custom_target(device_code)

# bp-assemble with the descriptions of one library. `result`: what to call.
function(bp_assembler probes result)
  set(tool bp-assemble-${probes})
  if(NOT TARGET bp_assemble_main)
    set(folder ${PROJECT_SOURCE_DIR}/probes/assembly/tool)
    add_library(bp_assemble_main OBJECT ${folder}/main.cpp ${folder}/piece.cpp ${folder}/toolkits.cpp)
    target_link_libraries(bp_assemble_main PUBLIC bp_assembly CLI11::CLI11 nlohmann_json::nlohmann_json)
  endif()
  if(NOT TARGET ${tool})
    add_executable(${tool})
    target_link_libraries(${tool} PRIVATE bp_assemble_main ${probes})
    set_target_properties(${tool} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/bin)
  endif()
  set(${result} ${tool} PARENT_SCOPE)
endfunction()

# The pack of a library made from its sources, and the target LIBRARY_pack.
function(bp_make_pack pack)
  cmake_parse_arguments(arg "" "LIBRARY;PROBES;PTX_VERSION;ARCH" "SOURCES;MODULES;TARGETS;EXTENDS" ${ARGN})
  set(arch compute_80)
  if(arg_ARCH)
    set(arch ${arg_ARCH})
  endif()
  set(targets all)
  if(BP_TARGETS)
    set(arg_TARGETS ${BP_TARGETS})
  endif()
  if(arg_TARGETS)
    list(JOIN arg_TARGETS "," targets)
  endif()
  if(arg_PROBES)
    bp_assembler(${arg_PROBES} assembler)
  else()
    bp_assembler(bp_features assembler)
  endif()

  get_filename_component(folder ${pack} DIRECTORY)
  set(disassembler)
  if(BP_NVDISASM)
    set(disassembler --nvdisasm ${BP_NVDISASM})
  endif()
  set(pieces)
  set(texts)
  set(index 0)
  foreach(source IN LISTS arg_SOURCES)
    get_filename_component(source ${source} ABSOLUTE)
    get_filename_component(stem ${source} NAME_WE)
    if(arg_PROBES)
      set(name ${stem})
      set(identity --stem ${stem})
    else()
      list(GET arg_MODULES ${index} name)
      set(identity --module ${name} --ptx-version ${arg_PTX_VERSION})
    endif()
    math(EXPR index "${index} + 1")
    set(ptx ${folder}/${name}.ptx)
    set(piece ${folder}/${name}.piece)
    # The host compiler only preprocesses here: one that is newer than nvcc knows does no harm. It is named because
    # nvcc looks for g++ on PATH, which need not be there under that name.
    add_custom_command(
      OUTPUT ${ptx}
      COMMAND ${BP_NVCC} -ptx -arch=${arch} -std=c++17 -O3 -I${PROJECT_SOURCE_DIR} -allow-unsupported-compiler
              -ccbin ${CMAKE_CXX_COMPILER} -MD -MF ${ptx}.d -MT ${ptx} -o ${ptx} ${source}
      DEPENDS ${source} DEPFILE ${ptx}.d VERBATIM
      COMMENT "nvcc ${stem}.cu")
    add_custom_command(
      OUTPUT ${piece}
      COMMAND ${assembler} piece --ptxas ${BP_PTXAS} ${disassembler} ${identity} --targets ${targets}
              --ptx ${ptx} --output ${piece}
      DEPENDS ${ptx} ${assembler} VERBATIM
      COMMENT "Assembling ${name}")
    list(APPEND pieces ${piece})
    list(APPEND texts ${ptx})
  endforeach()

  set(others)
  foreach(other IN LISTS arg_EXTENDS)
    get_property(found TARGET ${other}_pack PROPERTY BP_PIECES)
    list(APPEND pieces ${found})
    list(APPEND others ${other}_pack)
  endforeach()
  add_custom_command(
    OUTPUT ${pack}
    COMMAND ${assembler} merge --output ${pack} ${pieces}
    DEPENDS ${pieces} ${others} ${assembler} VERBATIM
    COMMENT "Packing ${arg_LIBRARY}")
  add_custom_target(${arg_LIBRARY}_pack DEPENDS ${pack})
  set_property(TARGET ${arg_LIBRARY}_pack PROPERTY BP_PIECES ${pieces})
  set_property(TARGET ${arg_LIBRARY}_pack PROPERTY BP_TEXTS ${texts})
  add_dependencies(device_code ${arg_LIBRARY}_pack)
endfunction()

function(bp_embed_modules)
  cmake_parse_arguments(arg "" "LIBRARY;ACCESSOR;HEADER" "" ${ARGN})
  if(NOT arg_LIBRARY OR NOT arg_ACCESSOR OR NOT arg_HEADER)
    message(FATAL_ERROR "bp_embed_modules needs LIBRARY, ACCESSOR and HEADER")
  endif()
  set(folder ${CMAKE_CURRENT_BINARY_DIR}/${arg_LIBRARY}.modules)
  file(MAKE_DIRECTORY ${folder})
  set(native ${BP_NATIVE})
  if(BP_NATIVE_PROBES AND NOT arg_LIBRARY STREQUAL bp_kernel_pack)
    set(native ${BP_NATIVE_PROBES})
  endif()
  if(native)
    file(RELATIVE_PATH place ${PROJECT_BINARY_DIR} ${folder})
    set(pack ${native}/${place}/${arg_LIBRARY}.pack)
  else()
    set(pack ${folder}/${arg_LIBRARY}.pack)
    bp_make_pack(${pack} ${ARGN})
  endif()

  set(symbol bp_pack_${arg_LIBRARY})
  file(CONFIGURE OUTPUT ${folder}/${arg_LIBRARY}.S @ONLY CONTENT [[
    .section .rodata
    .global @symbol@
    .global @symbol@_end
    .balign 16
@symbol@:
    .incbin "@pack@"
@symbol@_end:
    .byte 0
    .section .note.GNU-stack,"",%progbits
]])
  file(CONFIGURE OUTPUT ${folder}/${arg_LIBRARY}.cpp @ONLY CONTENT [[
// Generated by cmake/DeviceCode.cmake.
#include "@arg_HEADER@"

#include <cstddef>
#include <cstdint>

#include "probes/assembly/pack.h"

extern "C" const std::uint8_t @symbol@[];
extern "C" const std::uint8_t @symbol@_end[];

namespace bp {
const Pack& @arg_ACCESSOR@() {
  static const Pack pack({@symbol@, static_cast<std::size_t>(@symbol@_end - @symbol@)});
  return pack;
}
}  // namespace bp
]])
  # The assembler's dependency scan does not see .incbin.
  set_source_files_properties(${folder}/${arg_LIBRARY}.S PROPERTIES OBJECT_DEPENDS ${pack})
  add_library(${arg_LIBRARY} STATIC ${folder}/${arg_LIBRARY}.cpp ${folder}/${arg_LIBRARY}.S)
  target_link_libraries(${arg_LIBRARY} PUBLIC bp_options bp_assembly)
endfunction()
