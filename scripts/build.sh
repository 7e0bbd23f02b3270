#!/usr/bin/env bash
# Configures and builds one preset: scripts/build.sh [PRESET [TARGET ...]]. The program is build/PRESET/src/cli/carica.
# CARICA_WERROR=ON in the environment makes warnings errors.
set -euo pipefail
cd "$(dirname "$0")/.."
preset="${1:-release}"
shift || true
options=()
[[ -n "${CARICA_WERROR:-}" ]] && options+=("-DCARICA_WERROR=$CARICA_WERROR")
if ! log=$(cmake --preset "$preset" "${options[@]}" 2>&1); then
  echo "$log" >&2
  exit 1
fi
sed -n 's/^-- \(LibTorch was\)/build: \1/p' <<<"$log"
cmake --build --preset "$preset" ${1:+--target "$@"}
