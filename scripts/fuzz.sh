#!/usr/bin/env bash
# Builds the libFuzzer programs with clang, under AddressSanitizer and UndefinedBehaviorSanitizer, and runs each.
#
#   scripts/fuzz.sh [SECONDS] [NAME...]   SECONDS: of each, 600 by default; NAME: which ones, all by default
set -euo pipefail
cd "$(dirname "$0")/.."
seconds=${1:-600}
shift || true

command -v clang++ >/dev/null || { echo "fuzz: needs clang (apt install clang)" >&2; exit 1; }
scripts/setup.sh --test
CC=clang CXX=clang++ cmake --preset release -S . -B build/fuzz -DCARICA_FUZZ=ON -DCARICA_CUDA=OFF \
  "-DCARICA_SANITIZE=address;undefined;fuzzer-no-link" >/dev/null
targets=()
for source in tests/fuzz/*.cpp; do
  name=$(basename "$source" .cpp)
  if [[ $# -eq 0 || " $* " == *" $name "* ]]; then targets+=("$name"); fi
done
cmake --build build/fuzz --target "${targets[@]/#/fuzz_}"
for name in "${targets[@]}"; do
  corpus=build/fuzz/corpus/$name
  mkdir -p "$corpus"
  python3 tests/fuzz/seeds.py "$name" "$corpus"
  echo "fuzz: $name, $seconds s"
  "build/fuzz/tests/fuzz/fuzz_$name" -max_total_time="$seconds" -max_len=8192 -rss_limit_mb=2048 -malloc_limit_mb=1024 \
    -timeout=2 -print_final_stats=1 -verbosity=0 "$corpus" 2>&1 | tail -8
done
echo "fuzz: nothing found"
