#!/usr/bin/env bash
# Times carica's operators against torch's on this machine and writes docs/results/ops.md: about 8 minutes.
#
#   scripts/bench_ops.sh [FILTER]   FILTER: a regular expression over names of cases (then nothing is written, only printed)
set -euo pipefail
cd "$(dirname "$0")/.."

scripts/setup.sh --test
cmake --preset release -S . -DCARICA_BENCHMARKS=ON >/dev/null
cmake --build build/release --target ops_bench
bench=build/release/tests/bench/ops_bench
out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT

run() { # NAME FILTER: the environment is the caller's
  echo "bench: $1" >&2
  "$bench" --benchmark_filter="$2" --benchmark_format=json >"$out/$1.json"
}

if [[ -n "${1:-}" ]]; then
  run tuned "$1"
  python3 scripts/bench_table.py "$out"
  exit 0
fi
run tuned .
CARICA_MALLOC=system run system .
OMP_NUM_THREADS=1 run one_thread '^softmax/'
python3 scripts/bench_table.py "$out" >docs/results/ops.md
echo "bench: docs/results/ops.md" >&2
