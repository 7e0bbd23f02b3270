#!/usr/bin/env bash
# Times the loader against a naive OpenCV pipeline and against Python's loaders: about 10 minutes.
#
#   scripts/bench_data.sh DATA   DATA: a folder with imagenet-photos/ (photographs), camvid/train/{images,masks} and
#                                cifar10/train/CLASS/*.jpg; what is missing is left out
set -euo pipefail
[[ -z ${1:-} ]] || set -- "$(realpath -ms "$1")"
cd "$(dirname "$0")/.."
data=${1:?"bench_data: name the folder of pictures, see the first lines of this script"}

scripts/setup.sh --test
cmake --preset release -S . -DCARICA_BENCHMARKS=ON >/dev/null
cmake --build build/release --target data_bench carica
# shellcheck source=scripts/venv.sh
source scripts/venv.sh
peers=build/peers
[[ -d $peers/torchvision ]] ||
  "$venv/bin/python" -m pip install --quiet --no-deps --target "$peers" torchvision==0.26.0 pillow==13.0.0 numpy==2.4.6

CARICA_BENCH_PHOTOS=$data/imagenet-photos build/release/tests/bench/data_bench
PYTHONPATH=$peers "$venv/bin/python" scripts/bench_data.py build/release/src/cli/carica "$data"
