# Finds LibTorch and makes torch::torch. Sets CARICA_HAVE_CUDA.
#
# Order: CMAKE_PREFIX_PATH, CMake's variable and then the environment's (a LibTorch zip, or `python -c 'import torch;
# print(torch.utils.cmake_prefix_path)'`), the virtual environment that scripts/setup.sh makes, the active Python. torch's own package file is not used: it fails to configure a CUDA
# build of torch on a machine without a CUDA toolkit, probes for GPUs, and adds global flags.

set(CARICA_VENV "$ENV{CARICA_VENV}" CACHE PATH "Virtual environment with the torch wheel")
if(NOT CARICA_VENV)
  if(DEFINED ENV{XDG_CACHE_HOME})
    set(CARICA_VENV "$ENV{XDG_CACHE_HOME}/carica/venv-torch-2.11.0")
  else()
    set(CARICA_VENV "$ENV{HOME}/.cache/carica/venv-torch-2.11.0")
  endif()
endif()

set(_torch_roots)
string(REPLACE ":" ";" _environment_prefixes "$ENV{CMAKE_PREFIX_PATH}")
foreach(prefix IN LISTS CMAKE_PREFIX_PATH _environment_prefixes)
  list(APPEND _torch_roots "${prefix}" "${prefix}/../..")
endforeach()
file(GLOB _venv_torch "${CARICA_VENV}/lib/python3*/site-packages/torch")
list(APPEND _torch_roots ${_venv_torch})

function(_carica_torch_in roots out)
  set(${out} "" PARENT_SCOPE)
  foreach(root IN LISTS roots)
    if(EXISTS "${root}/lib/libtorch_cpu.so" AND EXISTS "${root}/include/torch/csrc/api/include/torch/torch.h")
      get_filename_component(root "${root}" REALPATH)
      set(${out} "${root}" PARENT_SCOPE)
      return()
    endif()
  endforeach()
endfunction()

_carica_torch_in("${_torch_roots}" CARICA_TORCH_ROOT)
if(NOT CARICA_TORCH_ROOT)
  execute_process(COMMAND python3 -c "import torch, os; print(os.path.dirname(torch.__file__))"
                  OUTPUT_VARIABLE _python_torch OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
  _carica_torch_in("${_python_torch}" CARICA_TORCH_ROOT)
endif()
if(NOT CARICA_TORCH_ROOT)
  message(FATAL_ERROR "LibTorch is missing: run scripts/setup.sh, or name a LibTorch with -DCMAKE_PREFIX_PATH=/path/to/libtorch")
endif()

file(STRINGS "${CARICA_TORCH_ROOT}/include/torch/headeronly/version.h" _version_lines
     REGEX "#define TORCH_VERSION_(MAJOR|MINOR|PATCH) ")
string(REGEX REPLACE "[^0-9;]" "" _version_numbers "${_version_lines}")
list(JOIN _version_numbers "." CARICA_TORCH_VERSION)
if(CARICA_TORCH_VERSION VERSION_LESS 2.11)
  message(WARNING "LibTorch ${CARICA_TORCH_VERSION} is older than 2.11, which carica is tested with")
endif()

# A build folder that was configured with another LibTorch takes this one, with its own CUDA headers.
if(DEFINED CARICA_TORCH_BEFORE AND NOT CARICA_TORCH_BEFORE STREQUAL CARICA_TORCH_ROOT)
  message(STATUS "LibTorch was ${CARICA_TORCH_BEFORE}: everything is built anew")
  unset(CARICA_CUDA_INCLUDE CACHE)
endif()
set(CARICA_TORCH_BEFORE "${CARICA_TORCH_ROOT}" CACHE INTERNAL "The LibTorch that was found last")

set(CARICA_HAVE_CUDA OFF)
if(NOT CARICA_CUDA STREQUAL OFF AND EXISTS "${CARICA_TORCH_ROOT}/lib/libtorch_cuda.so")
  # Host code needs CUDA's headers only: a toolkit's, or the ones in torch's own wheels.
  find_path(CARICA_CUDA_INCLUDE cuda_runtime_api.h
            HINTS "${CARICA_TORCH_ROOT}/../nvidia/cu13/include" "$ENV{CUDA_HOME}/include" /usr/local/cuda/include)
  if(CARICA_CUDA_INCLUDE)
    set(CARICA_HAVE_CUDA ON)
  endif()
endif()
if(CARICA_CUDA STREQUAL ON AND NOT CARICA_HAVE_CUDA)
  message(FATAL_ERROR "CARICA_CUDA=ON, but this LibTorch (${CARICA_TORCH_ROOT}) or this machine has no CUDA")
endif()

add_library(torch::torch INTERFACE IMPORTED)
target_include_directories(torch::torch SYSTEM INTERFACE
  "${CARICA_TORCH_ROOT}/include" "${CARICA_TORCH_ROOT}/include/torch/csrc/api/include"
  $<$<BOOL:${CARICA_HAVE_CUDA}>:${CARICA_CUDA_INCLUDE}>)
# torch_cuda registers its kernels when loaded and exports nothing that we name: it must be linked all the same.
target_link_libraries(torch::torch INTERFACE Threads::Threads "-Wl,--no-as-needed"
  "${CARICA_TORCH_ROOT}/lib/libtorch_cpu.so" "${CARICA_TORCH_ROOT}/lib/libc10.so" "${CARICA_TORCH_ROOT}/lib/libtorch.so"
  $<$<BOOL:${CARICA_HAVE_CUDA}>:${CARICA_TORCH_ROOT}/lib/libtorch_cuda.so>
  $<$<BOOL:${CARICA_HAVE_CUDA}>:${CARICA_TORCH_ROOT}/lib/libc10_cuda.so> "-Wl,--as-needed")
# at::parallel_for is a plain loop, without a word, in sources that are not compiled for OpenMP. Thread sanitizer does not
# know libgomp's barriers: there the plain loop is wanted.
if(NOT CARICA_SANITIZE MATCHES thread)
  find_package(OpenMP REQUIRED COMPONENTS CXX)
  target_compile_options(torch::torch INTERFACE $<$<COMPILE_LANGUAGE:CXX>:${OpenMP_CXX_FLAGS}>)
  # torch's own copy of the library, where it has one: there must be one pool of threads.
  file(GLOB _openmp "${CARICA_TORCH_ROOT}/lib/libgomp*.so*")
  target_link_libraries(torch::torch INTERFACE ${_openmp})
  if(NOT _openmp)
    target_link_libraries(torch::torch INTERFACE OpenMP::OpenMP_CXX)
  endif()
endif()
target_compile_definitions(torch::torch INTERFACE $<$<BOOL:${CARICA_HAVE_CUDA}>:CARICA_HAVE_CUDA=1>)
list(APPEND CMAKE_BUILD_RPATH "${CARICA_TORCH_ROOT}/lib")

set(CARICA_HAVE_NVCC OFF)
if(CARICA_HAVE_CUDA)
  include(CheckLanguage)
  check_language(CUDA)
  if(CMAKE_CUDA_COMPILER)
    set(CMAKE_CUDA_ARCHITECTURES 80-real 90-real 90-virtual CACHE STRING "GPU architectures of our own kernels")
    set(CMAKE_CUDA_STANDARD 17)  # CMake 3.25 does not know nvcc's C++20
    enable_language(CUDA)
    set(CARICA_HAVE_NVCC ON)
  endif()
endif()
message(STATUS "LibTorch ${CARICA_TORCH_VERSION} in ${CARICA_TORCH_ROOT}; CUDA in torch: ${CARICA_HAVE_CUDA}; own CUDA kernels: ${CARICA_HAVE_NVCC}")
