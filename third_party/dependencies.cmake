# Every dependency as one imported target. README.md beside this file gives version, licence and reason.
# Headers of others are SYSTEM: their warnings are not ours.

find_package(Threads REQUIRED)
find_package(PkgConfig REQUIRED)
include(find_torch)   # torch::torch, CARICA_HAVE_CUDA
include(find_opencv)  # opencv::core, opencv::imgproc, opencv::imgcodecs

find_package(yaml-cpp REQUIRED)
find_package(nlohmann_json 3.10 REQUIRED)
find_package(CLI11 2 REQUIRED)
find_package(spdlog REQUIRED)
pkg_check_modules(xxhash REQUIRED IMPORTED_TARGET libxxhash)
pkg_check_modules(libdeflate REQUIRED IMPORTED_TARGET libdeflate)
pkg_check_modules(cairo REQUIRED IMPORTED_TARGET cairo)
find_package(JPEG REQUIRED)
find_package(ZLIB REQUIRED)
find_package(hwy REQUIRED)

find_path(PROTOZERO_INCLUDE_DIR protozero/pbf_writer.hpp)
if(NOT PROTOZERO_INCLUDE_DIR)
  message(FATAL_ERROR "protozero is missing: install libprotozero-dev, or run scripts/setup.sh")
endif()
add_library(protozero INTERFACE)
target_include_directories(protozero SYSTEM INTERFACE ${PROTOZERO_INCLUDE_DIR})

if(CARICA_TESTS)
  find_package(GTest REQUIRED)
endif()
if(CARICA_BENCHMARKS)
  find_package(benchmark REQUIRED)
endif()
