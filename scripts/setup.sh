#!/usr/bin/env bash
# Installs what carica needs on Debian 12 or newer, or Ubuntu 24.04 or newer, and is missing: system packages and, unless a LibTorch is
# there already, a virtual environment with the torch wheel in the user's cache folder, which every clone shares. Cheap to run again.
#
#   scripts/setup.sh [--test | --slow]   --test: also what only the tests, formatters and linters need;
#                                        --slow: and the Python packages that slow tests compare with
#
# A LibTorch of your own is honoured: CMAKE_PREFIX_PATH=/path/to/libtorch scripts/setup.sh
set -euo pipefail
cd "$(dirname "$0")/.."

# shellcheck source=scripts/venv.sh
source scripts/venv.sh
readonly torchvision_version=0.26.0
readonly ruff_version=0.17.6
packages=(g++ cmake ninja-build ccache mold pkg-config python3-venv
  libopencv-core-dev libopencv-imgproc-dev libopencv-imgcodecs-dev libjpeg-dev libpng-dev zlib1g-dev libyaml-cpp-dev libspdlog-dev
  nlohmann-json3-dev libcli11-dev libxxhash-dev libprotozero-dev libcairo2-dev libdeflate-dev libhwy-dev libgtest-dev libgmock-dev fonts-dejavu-core)
if [[ -n "${1:-}" ]]; then
  packages+=(libbenchmark-dev clang-format shellcheck)
fi

missing=()
for package in "${packages[@]}"; do
  [[ "$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null)" == installed ]] || missing+=("$package")
done
if ((${#missing[@]} > 0)); then
  as_root=()
  if [[ $(id -u) != 0 ]]; then
    command -v sudo >/dev/null || { echo "error: missing packages: ${missing[*]}; install them as root, then run this again" >&2; exit 1; }
    as_root=(sudo)
  fi
  echo "setup: installing with apt-get${as_root[*]:+ (through sudo)}: ${missing[*]}"
  "${as_root[@]}" apt-get update -qq
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
fi

# A LibTorch that is already there: CMAKE_PREFIX_PATH (what CMake is given, too).
IFS=':;' read -ra prefixes <<<"${CMAKE_PREFIX_PATH:-}"
for prefix in "${prefixes[@]}"; do
  for root in "$prefix" "$prefix/../.."; do
    if [[ -e "$root/lib/libtorch_cpu.so" && -e "$root/include/torch/csrc/api/include/torch/torch.h" ]]; then
      echo "setup: using the LibTorch in $(realpath "$root")"
      exit 0  # the linter of Python helpers is left out then
    fi
  done
done

if ! "$venv/bin/python" -c "import torch; assert torch.__version__.split('+')[0] == '$torch_version'" 2>/dev/null; then
  echo "setup: installing torch $torch_version into $venv (about 5 GB)"
  mkdir -p "$(dirname "$venv")"
  # Debian's Python, not one of pyenv or conda: the environment must outlive those.
  python=/usr/bin/python3
  [[ -x $python ]] || python=python3
  "$python" -m venv --clear "$venv"
  "$venv/bin/pip" install --quiet --disable-pip-version-check "torch==$torch_version"
fi
if [[ -n "${1:-}" ]] && ! "$venv/bin/python" -c "import ruff" 2>/dev/null; then
  "$venv/bin/pip" install --quiet --disable-pip-version-check "ruff==$ruff_version"
fi
if [[ "${1:-}" == --slow ]] && ! "$venv/bin/python" -c "import torchvision, safetensors, tensorboard" 2>/dev/null; then
  "$venv/bin/pip" install --quiet --disable-pip-version-check numpy pillow safetensors tensorboard
  "$venv/bin/pip" install --quiet --disable-pip-version-check --no-deps "torchvision==$torchvision_version"
fi
