#!/usr/bin/env bash
# Lints: shell scripts (shellcheck), Python helpers (ruff), and the folders without torch (clang-tidy; with torch a file takes a minute).
set -euo pipefail
cd "$(dirname "$0")/.."
shellcheck scripts/*.sh .ci/run
venv="${CARICA_VENV:-${XDG_CACHE_HOME:-$HOME/.cache}/carica/venv-torch-2.11.0}"
if "$venv/bin/python" -c "import ruff" 2>/dev/null; then
  "$venv/bin/python" -m ruff check --quiet --isolated --select F,E9,B scripts tests/golden
fi
printf '%s\n' src/core/*.cpp src/config/*.cpp |
  xargs -P "$(nproc)" -n 4 sh -c 'clang-tidy --quiet "$@" -- -std=c++20 -Isrc -I. 2>/dev/null' _
