#!/usr/bin/env bash
# Checks a machine with a GPU from an unpacked bundle: scripts/gpu_check.sh [BUNDLE FOLDER]. Runs the GPU tests, then short trainings.
set -euo pipefail
root=$(cd "${1:-$(dirname "$0")/..}" && pwd)
carica="$root/bin/carica"
"$carica" doctor || true
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
  "$carica" train "$root/configs/papaya/$task.yaml" device=cuda train.epochs=3 run_dir=runs name=gpu
  cp "runs/$task/gpu/metrics.jsonl" "$task.jsonl"
  # The same again: equal bits.
  "$carica" train "$root/configs/papaya/$task.yaml" device=cuda train.epochs=3 run_dir=runs name=again --quiet
  cmp "$task.jsonl" "runs/$task/again/metrics.jsonl" && echo "$task: two runs, equal to the bit"
done
