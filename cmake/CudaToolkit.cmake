# nvcc, ptxas and the CUDA headers: CUDACXX, then PATH, then /usr/local/cuda, else PyPI wheels in the build folder
# (cmake/fetch_toolkit.py). nvdisasm: beside nvcc, else a wheel too; without it there are no SASS opcodes.
#
# A cross build needs the headers alone and takes them from the native build in BP_NATIVE.
#
# CUPTI's headers: beside CUDA's, in the toolkit's extras/CUPTI, else a wheel as well.
#
# Sets BP_NVCC, BP_PTXAS, BP_NVDISASM (empty: none) and the targets bp_cuda_headers and bp_cupti_headers.
#   BP_TOOLKIT=wheels   (cache or environment) takes the wheels even where CUDA is installed
set(BP_TOOLKIT "$ENV{BP_TOOLKIT}" CACHE STRING "`wheels`: fetch the CUDA toolkit from PyPI; empty: search for one")
# The first release that knows a Blackwell target.
set(bp_oldest_toolkit 12.8)

# Version of an nvcc as "13.0.88"; empty if it does not run.
function(bp_toolkit_version nvcc result)
  execute_process(COMMAND ${nvcc} --version OUTPUT_VARIABLE text ERROR_QUIET RESULT_VARIABLE status)
  set(version "")
  if(status EQUAL 0 AND text MATCHES "V([0-9]+\\.[0-9]+\\.[0-9]+)")
    set(version ${CMAKE_MATCH_1})
  endif()
  set(${result} "${version}" PARENT_SCOPE)
endfunction()

# Runs cmake/fetch_toolkit.py; `problem` is its sentence if it failed, else empty.
function(bp_fetch problem)
  find_program(BP_PYTHON NAMES python3 python)
  mark_as_advanced(BP_PYTHON)
  if(NOT BP_PYTHON)
    set(${problem} "CUDA has to be fetched from PyPI, but there is no python3: install python3 and python3-pip, \
or name an installed CUDA toolkit with CUDACXX=/path/to/nvcc." PARENT_SCOPE)
    return()
  endif()
  execute_process(COMMAND ${BP_PYTHON} ${PROJECT_SOURCE_DIR}/cmake/fetch_toolkit.py ${ARGN}
                  RESULT_VARIABLE status OUTPUT_VARIABLE text ERROR_VARIABLE text)
  if(status EQUAL 0)
    set(${problem} "" PARENT_SCOPE)
  else()
    string(STRIP "${text}" text)
    set(${problem} "${text}" PARENT_SCOPE)
  endif()
endfunction()

# The nvcc that the environment names or that is installed; empty: none that is new enough.
function(bp_installed_nvcc result)
  set(${result} "" PARENT_SCOPE)
  set(named "$ENV{CUDACXX}")
  if(named)
    # A path to nvcc, its folder, a toolkit's folder, or a name on PATH.
    find_program(found NAMES ${named} nvcc HINTS ${named} ${named}/bin NO_CACHE)
    if(IS_DIRECTORY ${named})
      find_program(inside nvcc PATHS ${named} ${named}/bin NO_DEFAULT_PATH NO_CACHE)
      set(found ${inside})
    elseif(IS_ABSOLUTE ${named})
      set(found ${named})
    endif()
    bp_toolkit_version("${found}" version)
    if(NOT version)
      message(FATAL_ERROR "CUDACXX=${named} is not an nvcc that runs: correct it, or unset it to have one found")
    endif()
    if(version VERSION_LESS bp_oldest_toolkit)
      message(FATAL_ERROR "CUDACXX=${named} is CUDA ${version}; ${bp_oldest_toolkit} is the first that knows Blackwell: "
                          "name a newer one, or unset it to have one found or fetched")
    endif()
    set(${result} ${found} PARENT_SCOPE)
    return()
  endif()
  find_program(on_path nvcc NO_CACHE)
  find_program(usual nvcc PATHS /usr/local/cuda/bin NO_DEFAULT_PATH NO_CACHE)
  foreach(candidate IN ITEMS ${on_path} ${usual})
    if(NOT candidate)
      continue()
    endif()
    bp_toolkit_version("${candidate}" version)
    if(version AND NOT version VERSION_LESS bp_oldest_toolkit)
      set(${result} ${candidate} PARENT_SCOPE)
      return()
    endif()
    message(STATUS "${candidate} is not used: CUDA ${version} is older than ${bp_oldest_toolkit} or does not run")
  endforeach()
endfunction()

add_library(bp_cuda_headers INTERFACE)
add_library(bp_cupti_headers INTERFACE)
target_link_libraries(bp_cupti_headers INTERFACE bp_cuda_headers)
if(CMAKE_CROSSCOMPILING)
  if(NOT EXISTS "${BP_NATIVE}/CMakeCache.txt")
    message(FATAL_ERROR "A cross build takes its device code from a native one: name its build folder, -DBP_NATIVE=...")
  endif()
  load_cache(${BP_NATIVE} READ_WITH_PREFIX NATIVE_ BP_CUDA_INCLUDE BP_CUPTI_INCLUDE BP_PTXAS)
  set(BP_PTXAS ${NATIVE_BP_PTXAS})
  target_include_directories(bp_cuda_headers SYSTEM INTERFACE ${NATIVE_BP_CUDA_INCLUDE})
  target_include_directories(bp_cupti_headers SYSTEM INTERFACE ${NATIVE_BP_CUPTI_INCLUDE})
  return()
endif()

if(NOT BP_NVCC)
  set(nvcc "")
  if(BP_TOOLKIT STREQUAL "")
    bp_installed_nvcc(nvcc)
  elseif(NOT BP_TOOLKIT STREQUAL "wheels")
    message(FATAL_ERROR "BP_TOOLKIT=${BP_TOOLKIT} means nothing: leave it empty or set it to `wheels`")
  endif()
  if(NOT nvcc)
    message(STATUS "Fetching the CUDA toolkit from PyPI (130 MB) ...")
    bp_fetch(problem --toolkit ${PROJECT_BINARY_DIR}/toolkit)
    if(problem)
      message(FATAL_ERROR "${problem}")
    endif()
    set(nvcc ${PROJECT_BINARY_DIR}/toolkit/bin/nvcc)
  endif()
  # What was found may be a link or a script of a distribution: nvcc itself says where it lives.
  execute_process(COMMAND ${nvcc} --dryrun -ptx -x cu /dev/null OUTPUT_VARIABLE text ERROR_VARIABLE text)
  if(text MATCHES "_HERE_=([^\n]+)")
    if(EXISTS ${CMAKE_MATCH_1}/nvcc)
      set(nvcc ${CMAKE_MATCH_1}/nvcc)
    endif()
  endif()
  set(BP_NVCC ${nvcc} CACHE FILEPATH "CUDA compiler" FORCE)
endif()
get_filename_component(BP_CUDA_BIN ${BP_NVCC} DIRECTORY)
find_program(BP_PTXAS ptxas HINTS ${BP_CUDA_BIN} NO_DEFAULT_PATH REQUIRED)
find_path(BP_CUDA_INCLUDE cuda.h HINTS ${BP_CUDA_BIN}/../include ${BP_CUDA_BIN}/../targets/x86_64-linux/include
                                       ${BP_CUDA_BIN}/../targets/sbsa-linux/include REQUIRED)

if(NOT DEFINED BP_NVDISASM)
  find_program(disassembler nvdisasm HINTS ${BP_CUDA_BIN} NO_DEFAULT_PATH NO_CACHE)
  if(NOT disassembler)
    bp_fetch(problem --nvdisasm ${PROJECT_BINARY_DIR}/nvdisasm)
    if(problem)
      message(STATUS "No nvdisasm, so the matrix will not show native opcodes: ${problem}")
      set(disassembler "")
    else()
      set(disassembler ${PROJECT_BINARY_DIR}/nvdisasm/bin/nvdisasm)
    endif()
  endif()
  # Kept, so that a machine without network does not wait for it at every configure; `cmake -UBP_NVDISASM` tries again.
  set(BP_NVDISASM "${disassembler}" CACHE FILEPATH "CUDA disassembler; empty: none")
endif()
bp_toolkit_version(${BP_NVCC} bp_version)
message(STATUS "CUDA ${bp_version}: ${BP_NVCC}; nvdisasm: ${BP_NVDISASM}")

target_include_directories(bp_cuda_headers SYSTEM INTERFACE ${BP_CUDA_INCLUDE})

# The range profiler's header is of CUDA 12.6 or newer.
set(bp_cupti_header cupti_range_profiler.h)
find_path(BP_CUPTI_INCLUDE ${bp_cupti_header} NO_DEFAULT_PATH
          HINTS ${BP_CUDA_INCLUDE} ${BP_CUDA_BIN}/../extras/CUPTI/include)
if(NOT BP_CUPTI_INCLUDE)
  bp_fetch(problem --cupti ${PROJECT_BINARY_DIR}/cupti)
  if(problem)
    message(FATAL_ERROR "The CUDA toolkit has no ${bp_cupti_header}: install its package cuda-cupti-dev. ${problem}")
  endif()
  set(BP_CUPTI_INCLUDE ${PROJECT_BINARY_DIR}/cupti/include CACHE PATH "CUPTI's headers" FORCE)
endif()
target_include_directories(bp_cupti_headers SYSTEM INTERFACE ${BP_CUPTI_INCLUDE})

# bp_assembler_program(12.2.140 RESULT): the ptxas of another release, for tests; fetched when it is built.
# RESULT: its path; make what uses it depend on the target bp_ptxas_12.2.140.
function(bp_assembler_program version result)
  set(folder ${PROJECT_BINARY_DIR}/assemblers/${version})
  if(NOT TARGET bp_ptxas_${version})
    find_program(BP_PYTHON NAMES python3 python REQUIRED)
    add_custom_command(OUTPUT ${folder}/ptxas
      COMMAND ${BP_PYTHON} ${PROJECT_SOURCE_DIR}/cmake/fetch_toolkit.py --assembler ${version} ${folder}
      COMMENT "Fetching ptxas ${version}" VERBATIM)
    add_custom_target(bp_ptxas_${version} DEPENDS ${folder}/ptxas)
  endif()
  set(${result} ${folder}/ptxas PARENT_SCOPE)
endfunction()
