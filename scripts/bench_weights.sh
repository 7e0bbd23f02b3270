#!/usr/bin/env bash
# Times reading weights of a resnet101's size against Python's torch.load and safetensors: about a minute.
#
#   scripts/bench_weights.sh [FOLDER]   FOLDER: for 540 MB of files; a temporary one when left out
set -euo pipefail
[[ -z ${1:-} ]] || set -- "$(realpath -ms "$1")"
cd "$(dirname "$0")/.."

scripts/setup.sh --slow
cmake --preset release -S . -DCARICA_BENCHMARKS=ON >/dev/null
cmake --build build/release --target weights_bench
# shellcheck source=scripts/venv.sh
source scripts/venv.sh
folder=${1:-}
if [[ -z $folder ]]; then
  folder=$(mktemp -d)
  trap 'rm -rf "$folder"' EXIT
fi
"$venv/bin/python" scripts/bench_weights.py build/release/tests/bench/weights_bench "$folder"
