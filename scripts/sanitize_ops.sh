#!/usr/bin/env bash
# Builds the operators' tests with clang under AddressSanitizer and UndefinedBehaviorSanitizer and runs them, with 20,000 random cases: the CPU's
# kernels, then the CUDA kernels on the CPU (tests/cuda_on_cpu).
#
#   scripts/sanitize_ops.sh [MARCH]   MARCH: the instruction set, as for -march (default: native). Only that one is compiled: all take an hour.
#
# Needs clang and its OpenMP (Debian: clang libomp-dev). About 8 minutes on 2 cores with AVX-512, 3 where ccache knows most of it; AVX2 takes clang 14 more than 15.
set -euo pipefail
cd "$(dirname "$0")/.."
march="${1:-native}"
build="build/sanitize-$march"
command -v clang++ >/dev/null || { echo "error: no clang++; on Debian: apt-get install clang libomp-dev" >&2; exit 1; }
omp=$(find /usr/lib/llvm-* -name libomp.so 2>/dev/null | sort | tail -1)
[[ -n $omp ]] || { echo "error: no libomp.so; on Debian: apt-get install libomp-dev" >&2; exit 1; }
scripts/setup.sh --test
link="-L$(dirname "$omp") -lomp -Wl,-rpath,$(dirname "$omp")"

cmake -S . -B "$build" -G Ninja -DCMAKE_CXX_COMPILER=clang++ -DCMAKE_C_COMPILER=clang -DCARICA_CUDA=OFF "-DCARICA_SANITIZE=address;undefined" \
  -DCMAKE_BUILD_TYPE=RelWithDebInfo "-DCMAKE_CXX_FLAGS_RELWITHDEBINFO=-O1 -g1" "-DCMAKE_CXX_FLAGS=-DHWY_COMPILE_ONLY_STATIC -march=$march -maes -mpclmul" \
  "-DCMAKE_EXE_LINKER_FLAGS=$link" "-DCMAKE_SHARED_LINKER_FLAGS=$link" >/dev/null
cmake --build "$build" --target ops_test cuda_on_cpu_test
# Leaks are torch's, at its end; libraries of CUDA map what the shadow leaves out.
export ASAN_OPTIONS=detect_leaks=0:protect_shadow_gap=0 UBSAN_OPTIONS=print_stacktrace=1:halt_on_error=1
"$build/tests/ops/ops_test" --gtest_brief=1 '--gtest_filter=-Gpu*:*Python*:InstructionSets*'
CARICA_EMULATED_GPU=1 OMP_WAIT_POLICY=passive "$build/tests/cuda_on_cpu/cuda_on_cpu_test" --gtest_brief=1 '--gtest_filter=Gpu*'
