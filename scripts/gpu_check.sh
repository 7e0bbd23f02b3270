#!/usr/bin/env bash
# Checks a machine with a GPU from an unpacked bundle: scripts/gpu_check.sh [BUNDLE FOLDER] [TABLE.md]
#
# Runs the GPU tests, the self-test and short trainings, twice each. TABLE.md: where to write how fast the operators are against torch's.
set -euo pipefail
root=$(cd "${1:-$(dirname "$0")/..}" && pwd)
table=$(realpath -m "${2:-/dev/null}")
carica="$root/bin/carica"
"$carica" doctor || true
"$carica" selftest --device cuda
for test in "$root"/tests/*_test; do
  [[ -e $test ]] || continue
  echo "== $(basename "$test")"
  "$carica" --exec "$test" --gtest_brief=1 '--gtest_filter=Gpu*:*/Gpu*'
done
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
"$carica" data make papaya --out data/papaya --count 600
for task in classify segment; do
  mix=()
  [[ $task == segment ]] || mix=(batch_transforms.mixup=0.2 batch_transforms.cutmix=1.0)
  "$carica" train "$root/configs/papaya/$task.yaml" device=cuda train.epochs=3 run_dir=runs name=gpu "${mix[@]}"
  cp "runs/$task/gpu/metrics.jsonl" "$task.jsonl"
  # The same again: equal bits.
  "$carica" train "$root/configs/papaya/$task.yaml" device=cuda train.epochs=3 run_dir=runs name=again --quiet "${mix[@]}"
  cmp "$task.jsonl" "runs/$task/again/metrics.jsonl" && echo "$task: two runs, equal to the bit"
done
if [[ $table != /dev/null ]]; then
  CARICA_BENCH_DEVICE=cuda "$carica" --exec "$root/tests/ops_bench" --benchmark_format=json >tuned.json
  python3 "$root/scripts/bench_table.py" . "$(nvidia-smi --query-gpu=name --format=csv,noheader | head -1)" >"$table"
fi
