#!/usr/bin/env bash
# Runs the tests of the CUDA operators on the CPU, with threads of a block as fibers (tests/cuda_on_cpu/emulation.h): no GPU and no nvcc is needed.
#
#   scripts/emulate_cuda.sh [FILTER]   FILTER: of tests, as for --gtest_filter (default: all of them, 3 minutes on 2 cores)
set -euo pipefail
cd "$(dirname "$0")/.."
filter="${1:-Gpu*:Emulation*}"
scripts/setup.sh --test
[[ -f build/release/build.ninja ]] || scripts/build.sh release
cmake --build build/release --target cuda_on_cpu_test
# Threads of torch that wait do not spin; freed memory is kept.
export OMP_WAIT_POLICY=passive GLIBC_TUNABLES=glibc.malloc.mmap_threshold=1073741824:glibc.malloc.trim_threshold=1073741824
CARICA_EMULATED_GPU=1 build/release/tests/cuda_on_cpu/cuda_on_cpu_test --gtest_brief=1 "--gtest_filter=$filter"
