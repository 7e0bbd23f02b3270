#!/usr/bin/env bash
# Configures and builds one preset: scripts/build.sh [PRESET] [CMAKE OPTION ...]. The program is build/PRESET/src/cli/carica.
set -euo pipefail
cd "$(dirname "$0")/.."
preset="${1:-release}"
shift || true
cmake --preset "$preset" "$@" >/dev/null || { cmake --preset "$preset" "$@"; exit 1; }
cmake --build --preset "$preset"
