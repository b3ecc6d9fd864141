# nvcc, ptxas and the CUDA headers: CUDACXX, then PATH, then /usr/local/cuda, else the PyPI wheels in the
# build folder (cmake/fetch_toolkit.py). Sets BP_NVCC, BP_PTXAS, BP_NVDISASM and the target bp_cuda_headers.
find_program(BP_NVCC nvcc HINTS "$ENV{CUDACXX}" PATHS /usr/local/cuda/bin)
if(NOT BP_NVCC)
  message(FATAL_ERROR "nvcc was not found")
endif()
get_filename_component(BP_CUDA_BIN ${BP_NVCC} DIRECTORY)
find_program(BP_PTXAS ptxas HINTS ${BP_CUDA_BIN} NO_DEFAULT_PATH REQUIRED)
find_program(BP_NVDISASM nvdisasm HINTS ${BP_CUDA_BIN})
find_path(BP_CUDA_INCLUDE cuda.h HINTS ${BP_CUDA_BIN}/../include REQUIRED)

add_library(bp_cuda_headers INTERFACE)
target_include_directories(bp_cuda_headers SYSTEM INTERFACE ${BP_CUDA_INCLUDE})
